import { publicEncrypt, type KeyObject } from 'node:crypto';
import {
  type AttributeValues,
  type Cryptoki,
  type CryptokiSession,
  type Handle,
  KNOWN_ANSWER_FIELD,
  KnownKeys,
  type Mechanisms,
  type VendorProfile,
  ckrText,
  mechanismsOf,
  nodeOaep,
  rsaPublicJwk,
  rsaPublicKey,
  template,
  unwrapAttributes,
} from '#libs/hsm/pkcs11';
import { makeKey } from '../make-keys.js';

const RSA_BITS = 2048;
/** No key of the service has generation 0. */
const OF_THE_SESSION = { generation: 0, overrides: { CKA_TOKEN: false } } as const;
/** Attributes that some modules do not know, in the order in which they are left out. */
const ENFORCING = ['CKA_UNWRAP_TEMPLATE', 'CKA_ALLOWED_MECHANISMS', 'CKA_COPYABLE'] as const;

export interface RefusedAttribute {
  readonly name: (typeof ENFORCING)[number];
  /** The module's answer to the attribute. */
  readonly answer: string;
}

/** The check's own transport key, which ends with the session. */
export interface TestTransportKey {
  readonly handle: Handle;
  readonly publicKey: KeyObject;
  /** Attributes that the module did not accept. */
  readonly refused: readonly RefusedAttribute[];
}

/** Where checks are made: a session of the crypto user; its objects end with it. */
export class CheckBench {
  readonly mechanisms: Mechanisms;
  readonly knownKeys: KnownKeys;

  constructor(
    readonly cryptoki: Cryptoki,
    readonly slot: Handle,
    readonly session: CryptokiSession,
    readonly profile: VendorProfile,
  ) {
    this.mechanisms = mechanismsOf(profile);
    this.knownKeys = new KnownKeys(session, profile);
  }

  /**
   * Made as in the ceremony, but as a session object. If a module refuses one of the enforcing attributes, the key is
   * made without it, so that the other checks can still be made.
   */
  makeTransportKey(refused: readonly RefusedAttribute[] = []): TestTransportKey {
    try {
      const handle = makeKey(this.session, this.profile, {
        kind: 'pin-transport',
        ...OF_THE_SESSION,
        rsaBits: RSA_BITS,
        omitted: refused.map(({ name }) => name),
      });
      return { handle, publicKey: rsaPublicKey(rsaPublicJwk(this.session, handle)), refused };
    } catch (error) {
      const name = ENFORCING[refused.length];
      if (name === undefined) throw error;
      return this.makeTransportKey([...refused, { name, answer: ckrText(error) }]);
    }
  }

  /** A PIN field of the dummy card, encrypted under the key: public values. */
  envelope({ publicKey }: TestTransportKey, field: Buffer = KNOWN_ANSWER_FIELD): Buffer {
    return publicEncrypt({ key: publicKey, ...nodeOaep(this.profile.transportAlgorithm) }, field);
  }

  unwrap(key: TestTransportKey, changed: AttributeValues = {}, field: Buffer = KNOWN_ANSWER_FIELD): Handle {
    const attributes = { ...unwrapAttributes(this.profile), ...changed };
    return this.session.unwrapKey(
      this.mechanisms.oaep,
      key.handle,
      this.envelope(key, field),
      template(attributes),
    );
  }

  /**
   * A wrapping key made as in the ceremony, but as a session object and without TRUSTED, which only the officer can
   * set.
   */
  makeWrappingKey(): Handle {
    return makeKey(this.session, this.profile, {
      kind: 'pin-wrapping',
      generation: 0,
      rsaBits: 0,
      overrides: { CKA_TOKEN: false, CKA_MODIFIABLE: false },
      omitted: ['CKA_TRUSTED', 'CKA_DESTROYABLE'],
    });
  }
}
