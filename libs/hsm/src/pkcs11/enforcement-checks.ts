import { randomBytes } from 'node:crypto';
import { PIN_FIELD_BYTES } from '#libs/pin-block';
import { HsmMisconfigured } from '../contract/faults.js';
import { KNOWN_ANSWER_FIELD } from '../evaluation/known-answer.js';
import { ckrText } from './ckr.js';
import {
  CKK_AES,
  CKK_GENERIC_SECRET,
  CKM_AES_KEY_WRAP,
  CKM_AES_KEY_WRAP_PAD,
  CKO_SECRET_KEY,
  type AttributeName,
} from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import type { HeldRsaKey } from './key-pick-up.js';
import { encryptField } from './known-answer.js';
import { patiently } from './patiently.js';
import { unwrapAttributes } from './pin-object.js';
import { attributeEntries, template, type AttributeValues } from './template.js';
import type { Token } from './token.js';

/** AES key wrap with and without padding: what an attacker would take a PIN object out with. */
const WRAPPING_MECHANISMS = [CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD];

/** A check's place: a session of its own, so that nothing it leaves behind outlives it. */
interface CheckBench {
  readonly token: Token;
  readonly session: CryptokiSession;
  readonly transport: HeldRsaKey;
}

/**
 * Check 2, the template by behaviour: each attribute of the PIN object inverted at unwrap must be refused, or the PIN
 * could be computed offline from what the open attribute allows.
 *
 * @returns findings that name key and attribute
 */
export function templateFindings(bench: CheckBench): readonly string[] {
  const findings: string[] = [];
  const attributes = unwrapAttributes(bench.token.profile);
  for (const [name, opposite] of inversions(attributes)) {
    if (canUnwrap(bench, { ...attributes, ...opposite })) {
      findings.push(
        `${bench.transport.kid} (CKA_UNWRAP_TEMPLATE): a PIN object is made with ${name} inverted`,
      );
    }
  }
  return findings;
}

/**
 * Check 3: the value of a PIN object must be unreadable, its check value unreadable or empty.
 *
 * @throws HsmMisconfigured
 */
export function assertUnreadable(bench: CheckBench): void {
  withPinObject(bench, (pinObject) => {
    for (const name of ['CKA_VALUE', 'CKA_CHECK_VALUE'] as const) {
      if ((bench.session.attributeOrNull(pinObject, name)?.length ?? 0) > 0) {
        throw new HsmMisconfigured(`${bench.transport.kid}: a PIN object's ${name} can be read`);
      }
    }
  });
}

/**
 * Check 5, the attack itself: a key of known value must not wrap a PIN object, or whoever holds a session reads PINs.
 *
 * @returns findings that name key and attribute
 */
export function knownKeyWrapFindings(bench: CheckBench): readonly string[] {
  const knownKey = makeKnownKey(bench);
  if (knownKey === null) return [];
  const wraps = withPinObject(bench, (pinObject) =>
    WRAPPING_MECHANISMS.some((mechanism) =>
      succeeds(() => bench.session.wrapKey({ mechanism }, knownKey, pinObject, Buffer.alloc(64)).fill(0)),
    ),
  );
  bench.session.destroyObject(knownKey);
  if (!wraps) return [];
  return [`${bench.transport.kid} (CKA_WRAP_WITH_TRUSTED): a PIN object is wrapped by a key of known value`];
}

/** Check 6: C_DigestKey gives a hash that can be searched offline. Open on some modules; reported, never hidden. */
export function digestKeyWarnings({ token, session, transport }: CheckBench): readonly string[] {
  const bench = { token, session, transport };
  const open = withPinObject(bench, (pinObject) =>
    succeeds(() => session.digestKey(token.mechanisms.sha256, pinObject)),
  );
  if (!open) return [];
  return [
    'C_DigestKey accepts PIN objects: a compromised host could search their hashes; ask the vendor to close it',
  ];
}

function canUnwrap(bench: CheckBench, attributes: AttributeValues): boolean {
  return succeeds(() => bench.session.destroyObject(unwrapDummy(bench, attributes)));
}

function withPinObject<Result>(bench: CheckBench, use: (pinObject: Handle) => Result): Result {
  const pinObject = patiently(() => unwrapDummy(bench, unwrapAttributes(bench.token.profile)));
  try {
    return use(pinObject);
  } finally {
    bench.session.destroyObject(pinObject);
  }
}

function unwrapDummy({ token, session, transport }: CheckBench, attributes: AttributeValues): Handle {
  const ciphertext = encryptField(token, transport, KNOWN_ANSWER_FIELD);
  return session.unwrapKey(token.mechanisms.oaep, transport.handle, ciphertext, template(attributes));
}

/** Null where the module makes no key of known value, which closes this way out by itself. */
function makeKnownKey({ token, session, transport }: CheckBench): Handle | null {
  const attributes: AttributeValues = {
    CKA_CLASS: CKO_SECRET_KEY,
    CKA_KEY_TYPE: CKK_AES,
    CKA_TOKEN: false,
    CKA_WRAP: true,
    CKA_VALUE: randomBytes(PIN_FIELD_BYTES),
  };
  try {
    return session.createObject(template(attributes));
  } catch (error) {
    if (token.profile.weakPinObjects === 'unwrap') return null;
    const reason = `no key of known value could be made (${ckrText(error)})`;
    throw new HsmMisconfigured(`${transport.kid} (CKA_WRAP_WITH_TRUSTED): cannot be checked, ${reason}`);
  }
}

/** Each attribute with the opposite of its value; left out is what has none (the object's class, the length). */
export function inversions(
  attributes: AttributeValues,
): readonly (readonly [AttributeName, AttributeValues])[] {
  return attributeEntries(attributes).flatMap(([name, value]): [AttributeName, AttributeValues][] => {
    if (typeof value === 'boolean') return [[name, { [name]: !value }]];
    return name === 'CKA_KEY_TYPE' ? [[name, { CKA_KEY_TYPE: CKK_GENERIC_SECRET }]] : [];
  });
}

function succeeds(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
