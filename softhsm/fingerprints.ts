import type { RegisteredKey, VendorProfileName } from '#libs/hsm';
import { type KeyName, fingerprintKeys, thumbprintKeys } from '#libs/hsm/pkcs11';
import { asUser, tokenSlot, type OwnToken } from './officer-and-user.js';

/** Thumbprints and known answers of these keys, as registered in the database. */
export function fingerprintsOf(
  own: OwnToken,
  profile: VendorProfileName,
  keys: readonly KeyName[],
  { allowWeakEnforcement } = { allowWeakEnforcement: false },
): readonly RegisteredKey[] {
  return asUser(own, tokenSlot(own), (session) => {
    const settings = { tokenLabel: own.label, profile, allowWeakEnforcement };
    return fingerprintKeys(own.cryptoki, settings, thumbprintKeys(session, keys));
  });
}

/** keys.json: the keys to register in the database when the service is set up. */
export function keysFile(keys: readonly RegisteredKey[]): string {
  const entries = keys.map(({ kind, generation, state, fingerprint }) => ({
    kind,
    generation,
    state,
    fingerprint: fingerprint.toString('hex'),
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
