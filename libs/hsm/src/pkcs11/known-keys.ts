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

/** AES keys of known value in a session, which every user with a session can make. For the checks alone. */
export class KnownKeys implements Disposable {
  readonly #made: Handle[] = [];
  #pair: OwnPair | null = null;

  constructor(
    private readonly session: CryptokiSession,
    private readonly profile: Pick<VendorProfile, 'transportAlgorithm' | 'valueLenOnUnwrap'>,
  ) {}

  /**
   * Created; or, if the module takes no plaintext (FIPS), unwrapped by an RSA key pair of the session.
   *
   * @throws the module's last refusal if no way works
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

  /** If the session is gone, so are its objects. */
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

/** @throws the last one's error, when all fail */
function firstOf<Result>([call, ...others]: readonly (() => Result)[]): Result {
  if (call === undefined) throw new RangeError('nothing to try');
  if (others.length === 0) return call();
  try {
    return call();
  } catch {
    return firstOf(others);
  }
}
