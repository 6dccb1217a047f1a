import { createPublicKey, publicEncrypt, type KeyObject } from 'node:crypto';
import { base64urlInteger } from '../../../hsm/src/evaluation/thumbprint.js';
import { KNOWN_ANSWER_FIELD } from '../../../hsm/src/evaluation/known-answer.js';
import { mechanismList } from '../../../hsm/src/pkcs11/attribute-findings.js';
import { ckrText, ckrOf } from '../../../hsm/src/pkcs11/ckr.js';
import {
  CKK_AES,
  CKM_AES_KEY_GEN,
  CKM_RSA_PKCS_KEY_PAIR_GEN,
  CKM_RSA_PKCS_OAEP,
  CKO_SECRET_KEY,
} from '../../../hsm/src/pkcs11/constants.js';
import type { Cryptoki, CryptokiSession, Handle } from '../../../hsm/src/pkcs11/cryptoki.js';
import { keySpec } from '../../../hsm/src/pkcs11/key-table.js';
import { mechanismsOf, nodeOaep, type Mechanisms } from '../../../hsm/src/pkcs11/mechanisms.js';
import { unwrapAttributes } from '../../../hsm/src/pkcs11/pin-object.js';
import { template, type AttributeValues } from '../../../hsm/src/pkcs11/template.js';
import type { VendorProfile } from '../../../hsm/src/pkcs11/vendor-profiles.js';
import { attributeArray } from '../attribute-array.js';

const RSA_BITS = 2048;
const PUBLIC_EXPONENT = Buffer.from('010001', 'hex');

/** A transport key of the check's own; it lives no longer than the session. */
export interface TestTransportKey {
  readonly handle: Handle;
  readonly publicKey: KeyObject;
  /** Attributes the module would not store, with its answer. */
  readonly refused: readonly string[];
}

/** Where checks are made: a session of the crypto user, in which nothing outlives it. */
export class CheckBench {
  readonly mechanisms: Mechanisms;

  constructor(
    readonly cryptoki: Cryptoki,
    readonly slot: Handle,
    readonly session: CryptokiSession,
    readonly profile: VendorProfile,
  ) {
    this.mechanisms = mechanismsOf(profile);
  }

  /**
   * As the ceremony makes it but for its place. A module that cannot store one of the enforcing attributes gets a key
   * without it, so that the other checks can still be made.
   */
  makeTransportKey(): TestTransportKey {
    const optional = ['CKA_UNWRAP_TEMPLATE', 'CKA_ALLOWED_MECHANISMS', 'CKA_COPYABLE'] as const;
    const refused: string[] = [];
    let omitted: readonly string[] = [];
    for (const name of [null, ...optional]) {
      if (name !== null) omitted = [...omitted, name];
      try {
        const handle = this.generateTransportKey(omitted);
        return { handle, publicKey: this.publicKey(handle), refused };
      } catch (error) {
        if (name === optional.at(-1)) throw error;
        const next = optional[omitted.length];
        if (next !== undefined) refused.push(`${next} (${ckrText(error)})`);
      }
    }
    throw new Error('unreachable');
  }

  private generateTransportKey(omitted: readonly string[]): Handle {
    const { attributes } = keySpec('pin-transport', this.profile);
    const { array, memory } = attributeArray(unwrapAttributes(this.profile));
    const all: AttributeValues = {
      CKA_UNWRAP_TEMPLATE: array,
      CKA_ALLOWED_MECHANISMS: mechanismList([CKM_RSA_PKCS_OAEP]),
      ...attributes,
      CKA_TOKEN: false,
    };
    const kept = Object.fromEntries(Object.entries(all).filter(([name]) => !omitted.includes(name)));
    const publicKey = { CKA_TOKEN: false, CKA_MODULUS_BITS: RSA_BITS, CKA_PUBLIC_EXPONENT: PUBLIC_EXPONENT };
    const mechanism = { mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN };
    const handle = this.session.generateKeyPair(mechanism, template(publicKey), template(kept));
    if (memory.length === 0) throw new Error('the unwrap template is empty');
    return handle;
  }

  private publicKey(handle: Handle): KeyObject {
    const n = base64urlInteger(this.session.attribute(handle, 'CKA_MODULUS'));
    const e = base64urlInteger(this.session.attribute(handle, 'CKA_PUBLIC_EXPONENT'));
    return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  }

  /** The dummy card's PIN field under the key: public values. */
  envelope({ publicKey }: TestTransportKey): Buffer {
    return publicEncrypt(
      { key: publicKey, ...nodeOaep(this.profile.transportAlgorithm) },
      KNOWN_ANSWER_FIELD,
    );
  }

  unwrap(key: TestTransportKey, changed: AttributeValues = {}): Handle {
    const attributes = { ...unwrapAttributes(this.profile), ...changed };
    return this.session.unwrapKey(this.mechanisms.oaep, key.handle, this.envelope(key), template(attributes));
  }

  /** A wrapping key as the ceremony makes it, but for its place and for TRUSTED, which only the officer gives. */
  makeWrappingKey(): Handle {
    const { attributes } = keySpec('pin-wrapping', this.profile);
    const { CKA_TRUSTED: _, CKA_DESTROYABLE: __, ...others } = attributes;
    const all = { CKA_VALUE_LEN: 32, ...others, CKA_TOKEN: false };
    return this.session.generateKey({ mechanism: CKM_AES_KEY_GEN }, template(all));
  }

  /** @throws where the module takes no values from outside */
  makeKnownKey(value: Buffer, usage: AttributeValues): Handle {
    const attributes = { CKA_CLASS: CKO_SECRET_KEY, CKA_KEY_TYPE: CKK_AES, CKA_TOKEN: false };
    return this.session.createObject(template({ ...attributes, ...usage, CKA_VALUE: value }));
  }
}

/** The module's refusal as text, or null when it did what it was asked. */
export function refusalOf(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (ckrOf(error) === null && !(error instanceof Error)) throw error;
    return ckrText(error);
  }
}
