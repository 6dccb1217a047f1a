import { encodeBase64url } from '../../encoding.js';
import { subtleOf, type WebCryptoKey } from '../../web-crypto.js';
import { signerOf, type Signer } from './signing.js';

/** A key pair of WebCrypto for signatures; the public key must be extractable, as it goes into each proof. */
export interface DpopKeyPair {
  readonly privateKey: WebCryptoKey;
  readonly publicKey: WebCryptoKey;
}

interface Ready {
  readonly signer: Signer;
  readonly jwk: object;
}

/**
 * Proofs that the sender of a request has the key that its token is bound to (RFC 9449). The nonce of the service's last
 * answer goes into the next ones.
 */
export class Dpop {
  readonly #given: DpopKeyPair | true;
  #ready: Promise<Ready> | null = null;
  #nonce: string | undefined;

  /** @param given true: a pair of this process alone, whose private key cannot be read out */
  constructor(given: DpopKeyPair | true) {
    this.#given = given;
  }

  /**
   * One for each request.
   *
   * @param url without query and fragment
   * @param token that goes along; none at the token endpoint
   */
  async proof(method: string, url: string, token?: string): Promise<string> {
    const { signer, jwk } = await (this.#ready ??= this.#make());
    const claims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1_000),
      ...(token === undefined ? {} : { ath: await hashOf(token) }),
      ...(this.#nonce === undefined ? {} : { nonce: this.#nonce }),
    };
    return await signer.sign({ typ: 'dpop+jwt', jwk }, claims);
  }

  /** @param nonce the header DPoP-Nonce of an answer, if it had one */
  heed(nonce: string | null): void {
    if (nonce !== null) this.#nonce = nonce;
  }

  async #make(): Promise<Ready> {
    const subtle = subtleOf(undefined);
    const { privateKey, publicKey } =
      this.#given === true
        ? await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
        : this.#given;
    const { kty, crv, x, y, n, e } = await subtle.exportKey('jwk', publicKey);
    // Members without a value are left out of JSON.
    return { signer: await signerOf(privateKey), jwk: { kty, crv, x, y, n, e } };
  }
}

/** RFC 9449, section 4.2. */
async function hashOf(token: string): Promise<string> {
  const hash = await subtleOf(undefined).digest('SHA-256', new TextEncoder().encode(token));
  return encodeBase64url(new Uint8Array(hash));
}
