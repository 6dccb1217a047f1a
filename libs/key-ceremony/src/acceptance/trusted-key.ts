import { randomBytes } from 'node:crypto';
import type { SecretText } from '#libs/secret-text';
import { ckrText } from '../../../hsm/src/pkcs11/ckr.js';
import { CKM_AES_KEY_GEN, CKO_SECRET_KEY } from '../../../hsm/src/pkcs11/constants.js';
import type { Cryptoki, CryptokiSession, Handle } from '../../../hsm/src/pkcs11/cryptoki.js';
import { keySpec } from '../../../hsm/src/pkcs11/key-table.js';
import { R0_BYTES } from '../../../hsm/src/pkcs11/pin-object.js';
import { template } from '../../../hsm/src/pkcs11/template.js';
import type { VendorProfile } from '../../../hsm/src/pkcs11/vendor-profiles.js';
import { inSession } from '../token-roles.js';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import type { Finding } from './finding.js';

const found = { area: 'trusted key', check: 'wraps a PIN object' } as const;

/** A TRUSTED wrapping key that can be destroyed again, made by the officer before the user's session begins. */
export interface TrustedTestKey {
  readonly label: string;
  remove(): void;
}

/** @throws the module's refusal */
export function makeTrustedTestKey(
  cryptoki: Cryptoki,
  slot: Handle,
  { profile, officerPin }: { readonly profile: VendorProfile; readonly officerPin: SecretText },
): TrustedTestKey {
  const label = `pinward-check-${randomBytes(8).toString('hex')}`;
  const login = { role: 'officer', pin: officerPin } as const;
  inSession({ cryptoki, slot, login }, (session) => {
    const { CKA_DESTROYABLE: _, ...attributes } = keySpec('pin-wrapping', profile).attributes;
    const all = { CKA_VALUE_LEN: 32, CKA_LABEL: label, ...attributes };
    session.generateKey({ mechanism: CKM_AES_KEY_GEN }, template(all));
  });
  return {
    label,
    remove: () =>
      inSession({ cryptoki, slot, login }, (session) => {
        for (const handle of handles(session, label)) session.destroyObject(handle);
      }),
  };
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
