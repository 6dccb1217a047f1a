import { randomBytes, type KeyObject } from 'node:crypto';
import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import { refusalOf } from '../ckr.js';
import { CKK_AES, CKK_RSA, CKM_RSA_PKCS_KEY_PAIR_GEN, CKO_PUBLIC_KEY, CKO_SECRET_KEY } from '../constants.js';
import type { CryptokiSession, Handle } from '../cryptoki.js';
import { KnownKeys } from '../known-keys.js';
import { PUBLIC_EXPONENT, rsaPublicJwk, rsaPublicKey } from '../public-keys.js';
import { template, type AttributeValues } from '../template.js';
import type { VendorProfile } from '../vendor-profiles.js';

const RSA_BITS = 2048;
const OF_THE_SESSION = { CKA_TOKEN: false, CKA_PRIVATE: true } as const;

export interface AllowedPair {
  readonly publicKey: Handle;
  readonly privateKey: Handle;
  readonly key: KeyObject;
}

/** Keys of the session that are allowed what ours are not: only beside them does a refusal prove something. */
export class AllowedKeys implements Disposable {
  readonly known: KnownKeys;
  readonly #made: Handle[] = [];
  readonly #answers = new Map<string, Answer>();

  constructor(
    readonly session: CryptokiSession,
    profile: VendorProfile,
  ) {
    this.known = new KnownKeys(session, profile);
  }

  /** An AES key as long as a PIN field; one for each usage. @throws if the module takes no known value */
  aes(usage: AttributeValues): Handle {
    return this.once(`aes ${Object.keys(usage).join(' ')}`, () =>
      this.known.bring(randomBytes(PIN_FIELD_BYTES), usage),
    );
  }

  /** A pair that may do everything; it takes a while to make. */
  pair(): AllowedPair {
    return this.once('pair', () => {
      const publicPart = { CKA_MODULUS_BITS: RSA_BITS, CKA_PUBLIC_EXPONENT: PUBLIC_EXPONENT, CKA_WRAP: true };
      const usages = { CKA_DECRYPT: true, CKA_SIGN: true, CKA_SIGN_RECOVER: true, CKA_UNWRAP: true };
      const { publicKey, privateKey } = this.session.generateKeyPair(
        { mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN },
        template({ CKA_TOKEN: false, ...publicPart }),
        template({ ...OF_THE_SESSION, CKA_SENSITIVE: true, ...usages }),
      );
      this.#made.push(publicKey, privateKey);
      return { publicKey, privateKey, key: rsaPublicKey(rsaPublicJwk(this.session, privateKey)) };
    });
  }

  /** An RSA public key whose private half is outside the module, as an attacker would import it. */
  publicKey(key: KeyObject): Handle {
    const { n = '', e = '' } = key.export({ format: 'jwk' });
    return this.once(`public ${n}`, () =>
      this.keep(
        this.session.createObject(
          template({
            CKA_CLASS: CKO_PUBLIC_KEY,
            CKA_KEY_TYPE: CKK_RSA,
            CKA_TOKEN: false,
            CKA_WRAP: true,
            CKA_MODULUS: Buffer.from(n, 'base64url'),
            CKA_PUBLIC_EXPONENT: Buffer.from(e, 'base64url'),
          }),
        ),
      ),
    );
  }

  /** A key that ends with this object. */
  keep(handle: Handle): Handle {
    this.#made.push(handle);
    return handle;
  }

  [Symbol.dispose](): void {
    for (const handle of this.#made) refusalOf(() => this.session.destroyObject(handle));
    this.known[Symbol.dispose]();
  }

  /** Made at its first use. What the module refused once is not tried again. */
  private once<Made>(name: string, make: () => Made): Made {
    const earlier = this.#answers.get(name) ?? answerOf(make);
    this.#answers.set(name, earlier);
    if ('refusal' in earlier) throw earlier.refusal;
    return earlier.made as Made;
  }
}

type Answer = { readonly made: unknown } | { readonly refusal: Error };

function answerOf(make: () => unknown): Answer {
  try {
    return { made: make() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { refusal: error };
  }
}

/** A key that the module may make readable: an AES key without a secret value. */
export const READABLE_KEY: AttributeValues = {
  CKA_CLASS: CKO_SECRET_KEY,
  CKA_KEY_TYPE: CKK_AES,
  CKA_TOKEN: false,
  CKA_PRIVATE: true,
  CKA_SENSITIVE: false,
  CKA_EXTRACTABLE: true,
};
