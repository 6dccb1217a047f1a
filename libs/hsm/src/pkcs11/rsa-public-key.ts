import { createPublicKey, type KeyObject } from 'node:crypto';
import { base64urlInteger, type RsaPublicJwk } from '../evaluation/thumbprint.js';
import type { CryptokiSession, Handle } from './cryptoki.js';

/** F4; FIPS 186-5, appendix A.1.1, wants an odd exponent above 2^16. */
export const PUBLIC_EXPONENT = Buffer.from('010001', 'hex');

/** The public part comes from the private key: a public object of the same label can be planted without a login. */
export function rsaPublicJwk(session: CryptokiSession, privateKey: Handle): RsaPublicJwk {
  return {
    n: base64urlInteger(session.attribute(privateKey, 'CKA_MODULUS')),
    e: base64urlInteger(session.attribute(privateKey, 'CKA_PUBLIC_EXPONENT')),
  };
}

export function rsaPublicKey(jwk: RsaPublicJwk): KeyObject {
  return createPublicKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}
