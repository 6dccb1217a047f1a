import { createHash } from 'node:crypto';

/** Public part of a transport key, base64url as in a JWK (RFC 7518, section 6.3.1). */
export interface RsaPublicJwk {
  readonly n: string;
  readonly e: string;
}

/** Public part of a P-256 key, base64url as in a JWK (RFC 7518, section 6.2.1). */
export interface EcPublicJwk {
  readonly x: string;
  readonly y: string;
}

/**
 * JWK thumbprint (RFC 7638, section 3): SHA-256 over the required members in lexicographic order, no white space.
 *
 * @returns 32 bytes
 */
export function jwkThumbprint(jwk: RsaPublicJwk | EcPublicJwk): Buffer {
  const members =
    'n' in jwk ? { e: jwk.e, kty: 'RSA', n: jwk.n } : { crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y };
  return createHash('sha256').update(JSON.stringify(members)).digest();
}

/** An unsigned big integer as in a JWK: base64url without leading zero bytes. */
export function base64urlInteger(bytes: Buffer): string {
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(first < 0 ? bytes.length - 1 : first).toString('base64url');
}
