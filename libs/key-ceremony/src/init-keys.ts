import { readRegisteredKeys, registerKeys } from '#libs/database';
import { isUsable, KEY_KINDS, keyLabel, type KeyKind, type RegisteredKey } from '#libs/hsm';
import { makeMissing, settleTrust, type Ceremony, type NewKeyLengths } from './ceremony.js';
import type { TokenRole } from './token-roles.js';

export interface InitKeysRequest extends NewKeyLengths {
  /** Whose part is done; both, where one person may hold both secrets. */
  readonly roles: readonly TokenRole[];
}

export interface KeysRegistered {
  /** Labels of the keys that were made. */
  readonly made: readonly string[];
  readonly registered: readonly RegisteredKey[];
}

type NewKey = Pick<RegisteredKey, 'kind' | 'generation'>;

/**
 * Makes and registers a first key of each kind that has none. Each role does its part, in whatever run; the crypto user's
 * ends with the registration of all of them. Whatever an interrupted run has made is used.
 *
 * @throws CeremonyRefused, HsmMisconfigured
 */
export async function initKeys(
  ceremony: Ceremony,
  { roles, ...lengths }: InitKeysRequest,
): Promise<KeysRegistered> {
  const { dataSource, token, registrar, told } = ceremony;
  const known = await readRegisteredKeys(dataSource);
  const missing = KEY_KINDS.flatMap((kind) => firstKey(kind, known));
  // 1. What each role makes, and the officer's mark where the wrapping key was made without.
  const made = await makeMissing(ceremony, missing, { roles, ...lengths });
  if (missing.length === 0 || !roles.includes('user')) return { made, registered: [] };
  // 2. Fingerprints of all, and their registration.
  settleTrust(token, missing);
  const registered = token.fingerprints(await readRegisteredKeys(dataSource), missing);
  await registerKeys(dataSource, registered, registrar);
  told(`registered ${registered.map(keyLabel).join(', ')}`);
  return { made, registered };
}

/** Generation 1, or what was announced and not finished, of a kind without a usable key. */
function firstKey(kind: KeyKind, known: readonly RegisteredKey[]): readonly NewKey[] {
  const generations = known.filter((key) => key.kind === kind);
  if (generations.some(isUsable)) return [];
  const announced = generations.find(({ state }) => state === 'announced');
  const last = Math.max(0, ...generations.map(({ generation }) => generation));
  return [{ kind, generation: announced?.generation ?? last + 1 }];
}
