import { CompactEncrypt, importJWK, type JWK, type CryptoKey } from 'jose';
import { PinwardError } from '#libs/errors';

/** A caller's public key, and how a content key is encrypted to it (RFC 7518, section 4.1). */
export interface RecipientKey {
  readonly key: CryptoKey | Uint8Array;
  readonly alg: 'RSA-OAEP-256' | 'ECDH-ES';
  readonly kid: string | undefined;
}

const MODULUS_BITS = { least: 2_048, most: 8_192 };
const CURVES = ['P-256', 'P-384'];
/** Members of private and of symmetric keys (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * RSA from 2048 bits, or EC on P-256 or P-384.
 *
 * @throws PinwardError REQUEST_INVALID, which names the member
 */
export async function recipientKey(jwk: Readonly<Record<string, unknown>>): Promise<RecipientKey> {
  const leaked = PRIVATE_MEMBERS.find((member) => member in jwk);
  if (leaked !== undefined)
    throw invalid(`/${leaked}`, 'belongs to a private key: send the public key alone');
  const alg = algorithmOf(jwk);
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) throw invalid('/alg', `must be ${alg} for this key`);
  if (jwk['use'] !== undefined && jwk['use'] !== 'enc') throw invalid('/use', 'must be enc');
  const { kid } = jwk;
  try {
    const key = await importJWK(publicMembers(jwk), alg);
    // Also whether it can be used: a point off the curve, an even modulus.
    await encryptTo({ key, alg, kid: undefined }, Buffer.alloc(1));
    return { key, alg, kid: typeof kid === 'string' ? kid : undefined };
  } catch {
    throw invalid('', 'is not a valid public key');
  }
}

/** JWE in compact form with A256GCM (RFC 7516). */
export async function encryptTo({ key, alg, kid }: RecipientKey, value: Uint8Array): Promise<string> {
  const header = { alg, enc: 'A256GCM', cty: 'json', ...(kid === undefined ? {} : { kid }) };
  return await new CompactEncrypt(value).setProtectedHeader(header).encrypt(key);
}

function algorithmOf({ kty, n, crv }: Readonly<Record<string, unknown>>): RecipientKey['alg'] {
  if (kty === 'RSA') {
    const bits = typeof n === 'string' ? bitLength(Buffer.from(n, 'base64url')) : 0;
    if (bits >= MODULUS_BITS.least && bits <= MODULUS_BITS.most) return 'RSA-OAEP-256';
    throw invalid('/n', `must have ${MODULUS_BITS.least} to ${MODULUS_BITS.most} bits`);
  }
  if (kty !== 'EC') throw invalid('/kty', 'must be RSA or EC');
  if (typeof crv === 'string' && CURVES.includes(crv)) return 'ECDH-ES';
  throw invalid('/crv', `must be ${CURVES.join(' or ')}`);
}

function bitLength(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes.readUInt8(first)) + 24;
}

function publicMembers({ kty, n, e, crv, x, y }: Readonly<Record<string, unknown>>): JWK {
  return (kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }) as JWK;
}

function invalid(member: string, detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: `/recipientKey${member}`, detail }] });
}
