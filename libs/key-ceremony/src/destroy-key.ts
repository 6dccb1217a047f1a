import { keyLabel } from '#libs/hsm';
import { readRegisteredKeys, recordKeyEvent } from '#libs/keys';
import { askHolders } from './ask-holders.js';
import { CeremonyRefused, type Ceremony } from './ceremony.js';
import { keyNamed } from './token-objects.js';

/**
 * Removes a retired key from the token, when no running process holds it any more.
 *
 * @returns whether the token held it
 * @throws CeremonyRefused when it is not retired, or the token keeps it: a wrapping key is not CKA_DESTROYABLE
 */
export async function destroyRetiredKey(ceremony: Ceremony, label: string): Promise<boolean> {
  const { dataSource, token, registrar, told } = ceremony;
  const key = (await readRegisteredKeys(dataSource)).find((known) => keyLabel(known) === label);
  if (key?.state !== 'retired') throw new CeremonyRefused(`${label} is not retired: nothing was destroyed`);
  if (!token.objects().some((found) => found.key !== null && found.label === label)) return false;
  const letGo = await askHolders(ceremony, (holders) => !holders.some(({ keys }) => label in keys));
  if (!letGo)
    throw new CeremonyRefused(`running processes still hold ${label}; run this again to destroy it`);
  const refusal = token.destroy(key);
  if (refusal !== null) throw new CeremonyRefused(`${label} is retired, and ${keptBy(label, refusal)}`);
  await recordKeyEvent(
    dataSource.manager,
    { action: 'key.destroy', result: 'destroyed', details: { key: label } },
    registrar,
  );
  told(`${label} is destroyed`);
  return true;
}

/** Why it is still there, for a person. */
export function keptBy(label: string, refusal: string): string {
  const why =
    keyNamed(label)?.kind === 'pin-wrapping'
      ? 'a wrapping key is made so that nobody destroys it by mistake (CKA_DESTROYABLE false)'
      : "the vendor's tools may remove it";
  return `the token does not let it be destroyed (${refusal}): ${why}`;
}
