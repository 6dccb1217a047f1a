import { HsmMisconfigured } from '../contract/faults.js';
import { KNOWN_ANSWER_FIELD } from '../evaluation/known-answer.js';
import { refusalOf, retry } from './ckr.js';
import { CKK_GENERIC_SECRET, type AttributeName } from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import type { HeldRsaKey } from './key-pick-up.js';
import { encryptField } from './open-pin.js';
import type { KnownKeyAttack } from './known-key-attack.js';
import { unwrapAttributes } from './pin-object.js';
import { attributeEntries, template, type AttributeValues } from './template.js';
import type { Token } from './token.js';

/** A check runs in a session of its own, so that everything it leaves behind ends with it. */
interface CheckBench {
  readonly token: Token;
  readonly session: CryptokiSession;
  readonly transport: HeldRsaKey;
}

/**
 * Check 2, the template by behaviour. The HSM must refuse an unwrap with any one attribute of the PIN object inverted.
 * Otherwise the PIN could be computed offline through that attribute.
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
 * Check 3: the value of a PIN object must be unreadable, and its check value unreadable or empty.
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
 * Check 5, the attack itself: a key of known value must not wrap a PIN object, or an attacker with a session could read
 * PINs. If it cannot be tried, a warning says so. A user who may make no keys, such as Luna's crypto user, cannot try
 * it.
 *
 * @returns findings that name key and attribute, and warnings
 */
export function knownKeyWrapFindings(
  bench: CheckBench,
  attack: KnownKeyAttack,
): { readonly findings: readonly string[]; readonly warnings: readonly string[] } {
  const result = withPinObject(bench, (pinObject) => attack.on(pinObject));
  const name = `${bench.transport.kid} (CKA_WRAP_WITH_TRUSTED)`;
  switch (result.outcome) {
    case 'wrapped':
      return { findings: [`${name}: a PIN object is wrapped by a key of known value`], warnings: [] };
    case 'refused':
      return { findings: [], warnings: [] };
    case 'untried':
      return { findings: [], warnings: [`${name}: could not be tried here, ${result.reason}`] };
  }
}

/**
 * A PIN object must be gone after its destruction, or every PIN of a session stays within reach.
 *
 * @throws HsmMisconfigured
 */
export function assertDestroyed(bench: CheckBench): void {
  const { token, session, transport } = bench;
  const [wrappingKey] = token.keys.wrapping.values();
  if (wrappingKey === undefined) return;
  const destroyed = withPinObject(bench, (handle) => handle);
  const use = () => session.attribute(destroyed, 'CKA_CLASS');
  const wrap = () =>
    session.wrapKey(token.mechanisms.aesKeyWrap, wrappingKey.handle, destroyed, Buffer.alloc(64));
  if (refusalOf(use) === null || refusalOf(wrap) === null)
    throw new HsmMisconfigured(`${transport.kid}: a PIN object is still there after C_DestroyObject`);
}

/**
 * Check 6: C_DigestKey gives a hash that can be searched offline. Some modules allow it; it is reported, never hidden.
 */
export function digestKeyWarnings({ token, session, transport }: CheckBench): readonly string[] {
  const bench = { token, session, transport };
  const refusal = withPinObject(bench, (pinObject) =>
    refusalOf(() => session.digestKey(token.mechanisms.sha256, pinObject)),
  );
  if (refusal !== null) return [];
  return [
    'C_DigestKey accepts PIN objects: a compromised host could search their hashes; ask the vendor to close it',
  ];
}

function canUnwrap(bench: CheckBench, attributes: AttributeValues): boolean {
  return refusalOf(() => bench.session.destroyObject(unwrapDummy(bench, attributes))) === null;
}

function withPinObject<Result>(bench: CheckBench, use: (pinObject: Handle) => Result): Result {
  const made = makePinObject(bench);
  try {
    return use(made);
  } finally {
    bench.session.destroyObject(made);
  }
}

/** Made as the service makes it; the caller destroys it. */
export function makePinObject(bench: CheckBench): Handle {
  return retry(() => unwrapDummy(bench, unwrapAttributes(bench.token.profile)));
}

function unwrapDummy({ token, session, transport }: CheckBench, attributes: AttributeValues): Handle {
  const ciphertext = encryptField(token, transport, KNOWN_ANSWER_FIELD);
  return session.unwrapKey(token.mechanisms.oaep, transport.handle, ciphertext, template(attributes));
}

/**
 * Each attribute with the opposite of its value; attributes without an opposite (the object's class, the length) are
 * left out.
 */
export function inversions(
  attributes: AttributeValues,
): readonly (readonly [AttributeName, AttributeValues])[] {
  return attributeEntries(attributes).flatMap(([name, value]): [AttributeName, AttributeValues][] => {
    if (typeof value === 'boolean') return [[name, { [name]: !value }]];
    return name === 'CKA_KEY_TYPE' ? [[name, { CKA_KEY_TYPE: CKK_GENERIC_SECRET }]] : [];
  });
}
