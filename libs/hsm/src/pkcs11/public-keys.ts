import { createPublicKey, type KeyObject } from 'node:crypto';
import { HsmMisconfigured } from '../contract/faults.js';
import { keyLabel, type RegisteredKey } from '../contract/keys.js';
import {
  base64urlInteger,
  type EcPublicJwk,
  jwkThumbprint,
  type RsaPublicJwk,
} from '../evaluation/thumbprint.js';
import { CKO_PUBLIC_KEY } from './constants.js';
import type { CryptokiSession, Handle } from './cryptoki.js';
import { refuseTestKey } from './published-test-keys.js';

/** DER of the object identifier prime256v1 (RFC 5480, section 2.1.1.1). */
export const P256_PARAMETERS = Buffer.from('06082a8648ce3d030107', 'hex');

const COORDINATE_BYTES = 32;
/** SEC 1, section 2.3.3: 04, x, y. */
const POINT_BYTES = 1 + 2 * COORDINATE_BYTES;
const UNCOMPRESSED = 0x04;
/** OCTET STRING of a point: PKCS#11 3.1, section 6.3.3; some modules leave it out. */
const OCTET_STRING = Buffer.of(0x04, POINT_BYTES);

export interface HeldEcKey {
  readonly kid: string;
  readonly handle: Handle;
  readonly jwk: EcPublicJwk;
  readonly publicKey: KeyObject;
}

/**
 * The public part of a P-256 key. A private object does not hold the point, and anyone can plant a public object of the
 * same label without a login. So only a point with the registered thumbprint is accepted.
 *
 * @throws HsmMisconfigured when there is none
 */
export function ecPublicKey(session: CryptokiSession, key: RegisteredKey): Omit<HeldEcKey, 'handle'> {
  const kid = keyLabel(key);
  refuseTestKey(kid, key.fingerprint);
  const jwk = ecPublicJwks(session, kid).find((found) => jwkThumbprint(found).equals(key.fingerprint));
  if (jwk === undefined)
    throw new HsmMisconfigured(`${kid} (CKA_EC_POINT): is not the key that was registered`);
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', ...jwk }, format: 'jwk' });
  return { kid, jwk, publicKey };
}

/** The JWK of every public P-256 object with this label. */
export function ecPublicJwks(session: CryptokiSession, label: string): readonly EcPublicJwk[] {
  return session
    .find({ CKA_CLASS: CKO_PUBLIC_KEY, CKA_LABEL: label })
    .flatMap((handle) => jwkOf(session.attribute(handle, 'CKA_EC_POINT')));
}

function jwkOf(attribute: Buffer): readonly EcPublicJwk[] {
  const wrapped = attribute.subarray(0, OCTET_STRING.length).equals(OCTET_STRING);
  const point =
    attribute.length > POINT_BYTES && wrapped ? attribute.subarray(OCTET_STRING.length) : attribute;
  if (point.length !== POINT_BYTES || point[0] !== UNCOMPRESSED) return [];
  const coordinate = (from: number) => point.subarray(from, from + COORDINATE_BYTES).toString('base64url');
  return [{ x: coordinate(1), y: coordinate(1 + COORDINATE_BYTES) }];
}

/** F4; FIPS 186-5, appendix A.1.1, requires an odd exponent above 2^16. */
export const PUBLIC_EXPONENT = Buffer.from('010001', 'hex');

/** The public part is read from the private key: anyone can plant a public object of the same label without a login. */
export function rsaPublicJwk(session: CryptokiSession, privateKey: Handle): RsaPublicJwk {
  return {
    n: base64urlInteger(session.attribute(privateKey, 'CKA_MODULUS')),
    e: base64urlInteger(session.attribute(privateKey, 'CKA_PUBLIC_EXPONENT')),
  };
}

export function rsaPublicKey(jwk: RsaPublicJwk): KeyObject {
  return createPublicKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}
