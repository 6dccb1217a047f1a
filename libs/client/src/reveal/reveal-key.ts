import { subtleOf, type WebCrypto, type WebCryptoKey } from '../web-crypto.js';

/** What is sent as `recipientKey`. */
export type RevealPublicJwk = { readonly use: 'enc' } & (
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'P-384'; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
);

export interface RevealKey {
  readonly publicJwk: RevealPublicJwk;
  /** It cannot be read out, not even by this page: use it with openReveal, and drop it afterwards. */
  readonly privateKey: WebCryptoKey;
}

export interface RevealKeyOptions {
  /** Default: P-256, made in a millisecond; RSA (2048 bits) is for platforms without elliptic curves. */
  readonly kind?: 'P-256' | 'P-384' | 'RSA';
  /** Default: the platform's. */
  readonly crypto?: WebCrypto | undefined;
}

const RSA = {
  name: 'RSA-OAEP',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: Uint8Array.of(1, 0, 1),
};

/**
 * A key pair for one reveal.
 *
 * @throws WebCryptoMissing
 */
export async function createRevealKey({ kind = 'P-256', crypto }: RevealKeyOptions = {}): Promise<RevealKey> {
  const subtle = subtleOf(crypto);
  const { publicKey, privateKey } =
    kind === 'RSA'
      ? await subtle.generateKey(RSA, false, ['encrypt', 'decrypt'])
      : await subtle.generateKey({ name: 'ECDH', namedCurve: kind }, false, ['deriveBits']);
  // A public key can always be exported.
  const { x = '', y = '', n = '', e = '' } = await subtle.exportKey('jwk', publicKey);
  const publicJwk: RevealPublicJwk =
    kind === 'RSA' ? { kty: 'RSA', use: 'enc', n, e } : { kty: 'EC', use: 'enc', crv: kind, x, y };
  return { publicJwk, privateKey };
}
