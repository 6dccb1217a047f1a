import { isUsable, keyLabel, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, recordKeyEvent, registerKeys } from '#libs/keys';
import { CeremonyRefused, type Ceremony } from './ceremony.js';
import { destroyRetiredKey, keptBy } from './destroy-key.js';
import type { TokenObjects } from './token-objects.js';

/**
 * A difference between token and database.
 *
 * - `orphan`: on the token, but unknown to the database. Never used, and never taken up.
 * - `stranger`: TRUSTED, under a label that is none of ours: stops every start.
 * - `several`: more than one key of one label: none is trusted.
 * - `missing`: registered as usable, but not on this token.
 * - `announced`: begun and not finished; the next run continues it.
 * - `retired`: still on the token, where nothing uses it any more.
 */
export type Difference = 'orphan' | 'stranger' | 'several' | 'missing' | 'announced' | 'retired';

export interface FoundKey {
  readonly label: string;
  readonly difference: Difference;
  readonly trusted: boolean;
}

/** Every difference between token and database, those on the token first. */
export async function compareToken({
  dataSource,
  token,
}: Pick<Ceremony, 'dataSource' | 'token'>): Promise<readonly FoundKey[]> {
  const registered = await readRegisteredKeys(dataSource);
  const byLabel = new Map(registered.map((key) => [keyLabel(key), key]));
  const objects = token.objects();
  const held = new Set(objects.filter(({ count }) => count > 0).map(({ label }) => label));
  return [
    ...objects.flatMap((found) => {
      const difference = differenceOf(found, byLabel.get(found.label));
      return difference === null ? [] : [{ label: found.label, difference, trusted: found.trusted }];
    }),
    ...registered
      .filter((key) => isUsable(key) && !held.has(keyLabel(key)))
      .map((key) => ({ label: keyLabel(key), difference: 'missing' as const, trusted: false })),
  ];
}

function differenceOf({ key, count }: TokenObjects, registered?: RegisteredKey): Difference | null {
  if (key === null) return 'stranger';
  if (registered === undefined) return 'orphan';
  if (registered.state === 'retired') return 'retired';
  if (count > 1) return 'several';
  return registered.state === 'announced' ? 'announced' : null;
}

/**
 * Removes a key that the database does not know, or has retired, from the token. If the token keeps a wrapping key, it
 * is registered as retired: then a start no longer takes it for a stranger, and it is never used.
 *
 * @throws CeremonyRefused when it is in use, is none of ours, or is not there
 */
export async function removeOrphan(
  ceremony: Ceremony,
  label: string,
): Promise<'destroyed' | 'registered-as-retired'> {
  const { dataSource, token, registrar, told } = ceremony;
  // 1. Which key it is.
  const found = token.objects().find((object) => object.label === label);
  if (found === undefined) throw new CeremonyRefused(`the token holds no ${label}`);
  const { key } = found;
  if (key === null)
    throw new CeremonyRefused(
      `${JSON.stringify(label)} is no key of this service: find out who made it TRUSTED, and remove it with the vendor's tools`,
    );
  const registered = (await readRegisteredKeys(dataSource)).find((known) => keyLabel(known) === label);
  if (registered?.state === 'retired') {
    await destroyRetiredKey(ceremony, label);
    return 'destroyed';
  }
  if (registered !== undefined)
    throw new CeremonyRefused(
      `${label} is ${registered.state}: it is no orphan; pinctl keys retire ends a key`,
    );
  // 2. Remove it from the token.
  const refusal = token.destroy(key);
  if (refusal === null) {
    const details = { key: label };
    await recordKeyEvent(dataSource.manager, { action: 'key.destroy', result: 'orphan', details }, registrar);
    told(`${label} is destroyed`);
    return 'destroyed';
  }
  // 3. Or register it as one that must never be used.
  if (key.kind !== 'pin-wrapping') throw new CeremonyRefused(`${label}: ${keptBy(label, refusal)}`);
  token.assertAsOurs(key);
  const retired = { ...key, state: 'retired', fingerprint: Buffer.alloc(32), expiresAt: null } as const;
  await registerKeys(dataSource, [retired], registrar);
  told(`${label} is registered as retired: ${keptBy(label, refusal)}`);
  return 'registered-as-retired';
}
