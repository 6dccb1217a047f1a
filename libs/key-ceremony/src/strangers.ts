import { isUsable, keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import { CeremonyRefused, type Ceremony } from './ceremony.js';
import type { CeremonyToken } from './ceremony-token.js';
import { lastGeneration, type TokenObjects } from './token-objects.js';
import type { TokenRole } from './token-roles.js';

/** Keys on the token that the database does not know, left by an interrupted run or by a restore of the database. */
function strangersAmong(
  objects: readonly TokenObjects[],
  registered: readonly RegisteredKey[],
): readonly TokenObjects[] {
  const known = new Set(registered.map(keyLabel));
  return objects.filter(({ label }) => !known.has(label));
}

/**
 * Called before anything is made. A TRUSTED stranger stops every start, and no key could be fingerprinted beside it.
 * The others are reported and stay.
 *
 * @throws CeremonyRefused
 */
export function refuseStrangers(
  { token, told }: Pick<Ceremony, 'token' | 'told'>,
  registered: readonly RegisteredKey[],
  kinds: readonly KeyKind[],
  roles: readonly TokenRole[],
): void {
  const objects = token.objects(seenBy(roles));
  const strangers = strangersAmong(objects, registered);
  const trusted = strangers.filter((stranger) => stranger.trusted);
  if (trusted.length > 0) {
    const labels = trusted.map(({ label }) => JSON.stringify(label)).join(', ');
    throw new CeremonyRefused(
      `the token holds ${labels}, TRUSTED and not registered: see to it first, pinctl keys orphans`,
    );
  }
  if (roles.includes('user')) refuseMissing(objects, registered);
  for (const { label, key } of strangers)
    if (key !== null && kinds.includes(key.kind))
      told(`${label} is on the token and not registered: it is never used; pinctl keys orphans`);
}

/** No key can be fingerprinted while a registered key is missing. */
function refuseMissing(objects: readonly TokenObjects[], registered: readonly RegisteredKey[]): void {
  const held = new Set(objects.flatMap(({ label, count }) => (count > 0 ? [label] : [])));
  const missing = registered
    .filter(isUsable)
    .map(keyLabel)
    .filter((label) => !held.has(label));
  if (missing.length === 0) return;
  throw new CeremonyRefused(
    `registered, and not on this token: ${missing.join(', ')}. Clone them here; where they are lost: pinctl keys abandon ${missing.join(' ')}`,
  );
}

/** The officer sees only wrapping keys, which are the only keys of that role. */
function seenBy(roles: readonly TokenRole[]): TokenRole {
  return roles.includes('user') ? 'user' : 'officer';
}

/** A number of this kind that neither database nor token has: a label never names a second key. */
export function nextGeneration(
  token: CeremonyToken,
  registered: readonly RegisteredKey[],
  { kind, roles }: { readonly kind: KeyKind; readonly roles: readonly TokenRole[] },
): number {
  const onToken = lastGeneration(token.objects(seenBy(roles)), kind);
  const known = registered.flatMap((key) => (key.kind === kind ? [key.generation] : []));
  return Math.max(0, onToken, ...known) + 1;
}
