import { isUsable, KEY_KINDS, keyLabel, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import type { Ceremony, NewKeyLengths } from './ceremony.js';
import { makeNewKeys } from './new-keys.js';
import type { TokenRole } from './token-roles.js';

export interface InitKeysRequest extends NewKeyLengths {
  /** Whose part to do; both, if one person may hold both secrets. */
  readonly roles: readonly TokenRole[];
}

export interface KeysRegistered {
  /** Labels of the keys that were made. */
  readonly made: readonly string[];
  readonly registered: readonly RegisteredKey[];
}

/**
 * Makes and registers a first key of each kind that has none. Each role does its part, in the same run or another. The
 * crypto user's part ends with the registration of all of them.
 *
 * @throws CeremonyRefused, HsmMisconfigured
 */
export async function initKeys(ceremony: Ceremony, parts: InitKeysRequest): Promise<KeysRegistered> {
  const { dataSource, registrar, told } = ceremony;
  const known = await readRegisteredKeys(dataSource);
  const missing = KEY_KINDS.filter((kind) => !known.some((key) => key.kind === kind && isUsable(key)));
  if (missing.length === 0) return { made: [], registered: [] };
  // 1. The keys that each role makes, and the officer's mark if the wrapping key was made without it.
  const { made, keys } = await makeNewKeys(ceremony, missing, { ...parts, registered: known });
  if (keys === null) return { made, registered: [] };
  // 2. Their registration.
  await registerKeys(dataSource, keys, registrar);
  told(`registered ${keys.map(keyLabel).join(', ')}`);
  return { made, registered: keys };
}
