import { randomBytes } from 'node:crypto';
import type { SecretText } from '#libs/secret-text';
import { ckrText } from '../../../hsm/src/pkcs11/ckr.js';
import { CKO_SECRET_KEY } from '../../../hsm/src/pkcs11/constants.js';
import type { Cryptoki, CryptokiSession, Handle } from '../../../hsm/src/pkcs11/cryptoki.js';
import { R0_BYTES } from '../../../hsm/src/pkcs11/pin-object.js';
import type { VendorProfile } from '../../../hsm/src/pkcs11/vendor-profiles.js';
import { makeKey, markTrusted } from '../make-keys.js';
import { inSession } from '../token-roles.js';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

const found = { area: 'trusted key', check: 'wraps a PIN object' } as const;

/** A TRUSTED wrapping key that can be destroyed again, made before the session of the checks begins. */
export interface TrustedTestKey {
  readonly label: string;
  remove(): void;
}

export interface TrustedTestKeyMakers {
  readonly profile: VendorProfile;
  readonly userPin: SecretText;
  readonly officerPin: SecretText;
}

/**
 * Made, or made and marked, as the ceremony does it with the real one.
 *
 * @returns null where the mark is the business of the vendor's tool
 * @throws the module's refusal
 */
export function makeTrustedTestKey(
  cryptoki: Cryptoki,
  slot: Handle,
  { profile, userPin, officerPin }: TrustedTestKeyMakers,
): TrustedTestKey | null {
  const label = `pinward-check-${randomBytes(8).toString('hex')}`;
  const officer = { cryptoki, slot, login: { role: 'officer', pin: officerPin } } as const;
  const user = { cryptoki, slot, login: { role: 'user', pin: userPin } } as const;
  const make = (session: CryptokiSession) =>
    makeKey(session, profile, {
      ...{ kind: 'pin-wrapping', generation: 0, rsaBits: 0 },
      overrides: { CKA_LABEL: label },
      omitted: ['CKA_DESTROYABLE'],
    });
  const remove = (session: CryptokiSession) =>
    handles(session, label).forEach((key) => session.destroyObject(key));
  switch (profile.trustedKeys) {
    case 'made-by-officer':
      inSession(officer, make);
      return { label, remove: () => inSession(officer, remove) };
    case 'marked-by-officer':
      inSession(user, make);
      try {
        inSession(officer, (session) => handles(session, label).forEach((key) => markTrusted(session, key)));
      } catch (error) {
        inSession(user, remove);
        throw error;
      }
      return { label, remove: () => inSession(user, remove) };
    case 'marked-outside':
      return null;
  }
}

/** With the test's own key, else with a trusted key that is on the token. */
export function trustedKeyChecks(
  bench: CheckBench,
  key: TestTransportKey,
  own: TrustedTestKey | null,
): readonly Finding[] {
  const { session, mechanisms } = bench;
  const trusted = own === null ? trustedOnToken(session) : handles(session, own.label);
  const [wrappingKey] = trusted;
  if (wrappingKey === undefined) {
    const detail = 'there is no TRUSTED key here: --officer makes one for this check and removes it again';
    return [{ ...found, result: 'unknown', detail }];
  }
  try {
    const pinObject = bench.unwrap(key);
    const { length } = session.wrapKey(mechanisms.aesKeyWrap, wrappingKey, pinObject, Buffer.alloc(64));
    session.destroyObject(pinObject);
    if (length === R0_BYTES) return [{ ...found, result: 'pass', detail: `${length} bytes` }];
    return [{ ...found, result: 'fail', detail: `${length} bytes instead of ${R0_BYTES}` }];
  } catch (error) {
    return [{ ...found, result: 'fail', detail: `refused (${ckrText(error)}): no PIN could be verified` }];
  }
}

function trustedOnToken(session: CryptokiSession): readonly Handle[] {
  try {
    return session.find({ CKA_CLASS: CKO_SECRET_KEY, CKA_TRUSTED: true, CKA_WRAP: true });
  } catch {
    return [];
  }
}

function handles(session: CryptokiSession, label: string): readonly Handle[] {
  return session.find({ CKA_CLASS: CKO_SECRET_KEY, CKA_LABEL: label });
}
