/** By the platform's own value, since browsers and Node.js give its type different names. */
export type Subtle = typeof globalThis.crypto.subtle;
export type WebCryptoKey = Awaited<ReturnType<Subtle['importKey']>>;

/** The part of WebCrypto that is used: the platform's `crypto`, or what stands in for it. */
export interface WebCrypto {
  readonly subtle: Subtle;
}

/** There is nothing to compute with. */
export class WebCryptoMissing extends Error {
  override readonly name = 'WebCryptoMissing';
  readonly code = 'WEBCRYPTO_MISSING';

  constructor() {
    super(
      'no WebCrypto here: browsers have it on pages served over HTTPS (and on localhost); in React Native pass one as ' +
        '"crypto", e.g. of react-native-quick-crypto',
    );
  }
}

/** @throws WebCryptoMissing */
export function subtleOf(crypto: WebCrypto | undefined): Subtle {
  // Browsers leave subtle out of pages that are not secure contexts.
  const given = crypto ?? (globalThis as { crypto?: Partial<WebCrypto> }).crypto;
  if (given?.subtle === undefined) throw new WebCryptoMissing();
  return given.subtle;
}
