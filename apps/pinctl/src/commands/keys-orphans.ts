import { keyLabel } from '#libs/hsm';
import { compareToken, removeOrphan, type Difference, type FoundKey } from '#libs/key-ceremony';
import { readRegisteredKeys } from '#libs/keys';
import { confirmOn, USER_ALONE, withCeremony, type CeremonyOptions } from '../ceremony.js';
import { refuseUnwritable, writeRecord } from '../ceremony-record.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';

interface OrphansOptions extends CeremonyOptions {
  readonly remove?: string;
}

const WORDS: Readonly<Record<Difference, string>> = {
  orphan: 'the database does not know it: never used; --remove',
  stranger: "TRUSTED, and no key of this service: stops every start; the vendor's tools",
  several: "more than one of this label: none is believed; the vendor's tools",
  missing: 'registered, and not on this token: clone it here, or pinctl keys abandon',
  announced: 'begun and not finished: pinctl keys rotate or init goes on with it',
  retired: 'nothing uses it any more; --remove destroys it',
};

export async function orphansCommand(options: OrphansOptions): Promise<void> {
  const { remove, json } = options;
  if (remove === undefined) {
    await withCeremony(options, USER_ALONE, async (ceremony) => {
      const found = await compareToken(ceremony);
      print(json, found, words(found));
    });
    return;
  }
  refuseUnwritable(options);
  await withCeremony(options, USER_ALONE, async (ceremony) => {
    await confirmOn(ceremony, options, { what: `removes ${remove}`, name: remove });
    const outcome = await removeOrphan(ceremony, remove);
    const registered = await readRegisteredKeys(ceremony.dataSource);
    const keys = registered.filter((key) => keyLabel(key) === remove);
    const record = await writeRecord(ceremony, options, { action: `remove ${remove}`, keys });
    const done =
      outcome === 'destroyed'
        ? `${remove} is destroyed.`
        : `${remove} stays on the token, registered as retired: nothing uses it.`;
    print(json, { key: remove, outcome, record }, `${done}\nSigned record: ${record}`);
  });
}

function words(found: readonly FoundKey[]): string {
  if (found.length === 0) return 'Token and database hold the same keys.';
  const rows = found.map(({ label, difference, trusted }) => [
    label,
    difference,
    trusted ? 'TRUSTED' : '',
    WORDS[difference],
  ]);
  return table(['KEY', 'WHAT', 'FLAG', 'WHAT TO DO'], rows);
}
