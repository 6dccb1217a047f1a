import { isUsable, KEY_KINDS, keyLabel, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import type { Ceremony, NewKeyLengths } from './ceremony.js';
import { makeNewKeys } from './new-keys.js';
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

/**
 * Makes and registers a first key of each kind that has none. Each role does its part, in whatever run; the crypto user's
 * ends with the registration of all of them.
 *
 * @throws CeremonyRefused, HsmMisconfigured
 */
export async function initKeys(ceremony: Ceremony, parts: InitKeysRequest): Promise<KeysRegistered> {
  const { dataSource, registrar, told } = ceremony;
  const known = await readRegisteredKeys(dataSource);
  const missing = KEY_KINDS.filter((kind) => !known.some((key) => key.kind === kind && isUsable(key)));
  if (missing.length === 0) return { made: [], registered: [] };
  // 1. What each role makes, and the officer's mark where the wrapping key was made without.
  const { made, keys } = await makeNewKeys(ceremony, missing, { ...parts, registered: known });
  if (keys === null) return { made, registered: [] };
  // 2. Their registration.
  await registerKeys(dataSource, keys, registrar);
  told(`registered ${keys.map(keyLabel).join(', ')}`);
  return { made, registered: keys };
}
