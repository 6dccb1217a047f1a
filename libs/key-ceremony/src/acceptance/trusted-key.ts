import type { SecretText } from '#libs/secret-text';
import {
  CKO_SECRET_KEY,
  type Cryptoki,
  type CryptokiSession,
  type Handle,
  KNOWN_ANSWER_FIELD,
  R0_BYTES,
  type VendorProfile,
  ckrText,
  otherDummyField,
} from '#libs/hsm/pkcs11';
import { makeKey, markTrusted } from '../make-keys.js';
import { inSession, type TokenRole } from '../token-roles.js';
import type { CheckBench, TestTransportKey } from './check-bench.js';
import { trustedKeyRoutes } from './every-route.js';
import type { Finding } from './finding.js';

const found = { area: 'trusted key', check: 'wraps a PIN object' } as const;

/** Always the same name, so that the next check finds what an interrupted one left. */
const TEST_KEY = 'pinward-check-trusted';

/** Where the test key is, and the secrets of those who make it. */
export interface TrustedTestKeyMakers {
  readonly cryptoki: Cryptoki;
  readonly slot: Handle;
  readonly profile: VendorProfile;
  readonly userPin: SecretText;
  readonly officerPin: SecretText;
}

/**
 * Makes a TRUSTED wrapping key that can be destroyed again, in the same way as the ceremony makes or marks the real
 * one. Makes nothing if only the vendor's tool can mark keys. While the key exists, the service's start-up checks take
 * it for an attack.
 *
 * @throws the module's refusal
 */
export function makeTrustedTestKey(makers: TrustedTestKeyMakers): void {
  const { profile } = makers;
  const make = (session: CryptokiSession) =>
    makeKey(session, profile, {
      kind: 'pin-wrapping',
      generation: 0,
      rsaBits: 0,
      overrides: { CKA_LABEL: TEST_KEY },
      omitted: ['CKA_DESTROYABLE'],
    });
  switch (profile.trustedKeys) {
    case 'made-by-officer':
      inSession(as('officer', makers), make);
      return;
    case 'marked-by-officer':
      inSession(as('user', makers), make);
      inSession(as('officer', makers), (session) =>
        handles(session, TEST_KEY).forEach((key) => markTrusted(session, key)),
      );
      return;
    case 'marked-outside':
      return;
  }
}

/** Those of this check and of interrupted ones. @returns how many there were @throws the module's refusal */
export function removeTrustedTestKeys(makers: TrustedTestKeyMakers): number {
  const { trustedKeys } = makers.profile;
  if (trustedKeys === 'marked-outside') return 0;
  return inSession(as(trustedKeys === 'made-by-officer' ? 'officer' : 'user', makers), (session) => {
    const left = handles(session, TEST_KEY);
    for (const key of left) session.destroyObject(key);
    return left.length;
  });
}

function as(role: TokenRole, { cryptoki, slot, userPin, officerPin }: TrustedTestKeyMakers) {
  return { cryptoki, slot, login: { role, pin: role === 'officer' ? officerPin : userPin } };
}

/** With the test's own key, else with a trusted key on the token. */
export function trustedKeyChecks(bench: CheckBench, key: TestTransportKey): readonly Finding[] {
  const { session } = bench;
  let wrappingKey: Handle | undefined;
  try {
    [wrappingKey] = [...handles(session, TEST_KEY), ...trustedOnToken(session)];
  } catch (error) {
    const detail = `the module does not say whether there is a TRUSTED key (${ckrText(error)})`;
    return [{ ...found, result: 'unknown', detail }];
  }
  if (wrappingKey === undefined) {
    const detail = 'there is no TRUSTED key here: --officer makes one for this check and removes it again';
    return [{ ...found, result: 'unknown', detail }];
  }
  try {
    const r0 = r0Of(bench, key, wrappingKey, KNOWN_ANSWER_FIELD);
    const { length } = r0;
    if (length !== R0_BYTES)
      return [{ ...found, result: 'fail', detail: `${length} bytes instead of ${R0_BYTES}` }];
    return [
      { ...found, result: 'pass', detail: `${length} bytes` },
      tellsApart(bench, key, wrappingKey),
      ...trustedKeyRoutes(bench, key, { wrappingKey, r0 }),
    ];
  } catch (error) {
    return [{ ...found, result: 'fail', detail: `refused (${ckrText(error)}): no PIN could be verified` }];
  }
}

/**
 * Two PINs must give different R0s, or any PIN would open any card. The same PIN must give the same R0 again, or none
 * would open its own card.
 */
function tellsApart(bench: CheckBench, key: TestTransportKey, wrappingKey: Handle): Finding {
  const told = { area: 'trusted key', check: 'tells PINs apart' } as const;
  const known = r0Of(bench, key, wrappingKey, KNOWN_ANSWER_FIELD);
  const field = otherDummyField();
  const [other, again] = [field, field].map((each) => r0Of(bench, key, wrappingKey, each));
  if (other === undefined || other.equals(known))
    return { ...told, result: 'fail', detail: 'another PIN gives the same R0' };
  if (again?.equals(other) !== true)
    return { ...told, result: 'fail', detail: 'the same PIN gives another R0 each time' };
  return { ...told, result: 'pass', detail: 'another PIN gives another R0, and the same one again' };
}

function r0Of(bench: CheckBench, key: TestTransportKey, wrappingKey: Handle, field: Buffer): Buffer {
  const pinObject = bench.unwrap(key, {}, field);
  const { session, mechanisms } = bench;
  const r0 = Buffer.from(session.wrapKey(mechanisms.aesKeyWrap, wrappingKey, pinObject, Buffer.alloc(64)));
  session.destroyObject(pinObject);
  return r0;
}

/** @throws the module's refusal */
function trustedOnToken(session: CryptokiSession): readonly Handle[] {
  return session.find({ CKA_CLASS: CKO_SECRET_KEY, CKA_TRUSTED: true, CKA_WRAP: true });
}

function handles(session: CryptokiSession, label: string): readonly Handle[] {
  return session.find({ CKA_CLASS: CKO_SECRET_KEY, CKA_LABEL: label });
}
