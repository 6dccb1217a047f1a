import { constants, publicEncrypt, type KeyObject } from 'node:crypto';
import { refusalOf } from './ckr.js';
import { CKK_AES, CKM_RSA_PKCS, CKM_RSA_PKCS_KEY_PAIR_GEN, CKO_SECRET_KEY } from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import { nodeOaep, oaep } from './mechanisms.js';
import { PUBLIC_EXPONENT, rsaPublicJwk, rsaPublicKey } from './public-keys.js';
import { template, type AttributeValues } from './template.js';
import type { VendorProfile } from './vendor-profiles.js';

const RSA_BITS = 2048;
const AES_OF_THE_SESSION = { CKA_CLASS: CKO_SECRET_KEY, CKA_KEY_TYPE: CKK_AES, CKA_TOKEN: false } as const;

interface OwnPair {
  readonly handle: Handle;
  readonly publicKey: KeyObject;
}

/** AES keys of known value in a session, which whoever holds one can have: for the checks alone. */
export class KnownKeys implements Disposable {
  readonly #made: Handle[] = [];
  #pair: OwnPair | null = null;

  constructor(
    private readonly session: CryptokiSession,
    private readonly profile: Pick<VendorProfile, 'transportAlgorithm' | 'valueLenOnUnwrap'>,
  ) {}

  /**
   * Created, or where the module takes no plaintext (FIPS) unwrapped by an RSA key pair of the session's own.
   *
   * @throws the module's last refusal where it lets no value in
   */
  bring(value: Buffer, usage: AttributeValues): Handle {
    const attributes = { ...AES_OF_THE_SESSION, ...usage };
    const handle = firstOf([
      () => this.session.createObject(template({ ...attributes, CKA_VALUE: value })),
      () => this.unwrap(value, attributes, 'oaep'),
      () => this.unwrap(value, attributes, 'pkcs1'),
    ]);
    this.#made.push(handle);
    return handle;
  }

  /** A session that is gone has taken them with it. */
  [Symbol.dispose](): void {
    for (const handle of this.#made) refusalOf(() => this.session.destroyObject(handle));
  }

  private unwrap(value: Buffer, attributes: AttributeValues, padding: 'oaep' | 'pkcs1'): Handle {
    const { handle, publicKey } = (this.#pair ??= this.makePair());
    const { transportAlgorithm, valueLenOnUnwrap } = this.profile;
    const [mechanism, nodePadding] =
      padding === 'oaep'
        ? [oaep(transportAlgorithm), nodeOaep(transportAlgorithm)]
        : [{ mechanism: CKM_RSA_PKCS }, { padding: constants.RSA_PKCS1_PADDING }];
    const wrapped = publicEncrypt({ key: publicKey, ...nodePadding }, value);
    const length: AttributeValues = valueLenOnUnwrap ? { CKA_VALUE_LEN: value.length } : {};
    const all = template({ ...attributes, CKA_PRIVATE: true, CKA_SENSITIVE: true, ...length });
    return this.session.unwrapKey(mechanism, handle, wrapped, all);
  }

  private makePair(): OwnPair {
    const publicPart = {
      CKA_TOKEN: false,
      CKA_MODULUS_BITS: RSA_BITS,
      CKA_PUBLIC_EXPONENT: PUBLIC_EXPONENT,
    };
    const privatePart = { CKA_TOKEN: false, CKA_PRIVATE: true, CKA_SENSITIVE: true, CKA_UNWRAP: true };
    const { publicKey, privateKey } = this.session.generateKeyPair(
      { mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN },
      template(publicPart),
      template(privatePart),
    );
    this.#made.push(publicKey, privateKey);
    return { handle: privateKey, publicKey: rsaPublicKey(rsaPublicJwk(this.session, privateKey)) };
  }
}

/** @throws what the last one throws, when all do */
function firstOf<Result>([call, ...others]: readonly (() => Result)[]): Result {
  if (call === undefined) throw new RangeError('nothing to try');
  if (others.length === 0) return call();
  try {
    return call();
  } catch {
    return firstOf(others);
  }
}
