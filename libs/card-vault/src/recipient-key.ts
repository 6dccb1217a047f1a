import { CompactEncrypt, importJWK, type JWK, type CryptoKey } from 'jose';
import { PinwardError } from '#libs/errors';
import { isSoundModulus } from './sound-modulus.js';

/** A caller's public key, and how a content key is encrypted to it (RFC 7518, section 4.1). */
export interface RecipientKey {
  readonly key: CryptoKey | Uint8Array;
  readonly alg: 'RSA-OAEP-256' | 'ECDH-ES';
  readonly kid: string | undefined;
}

type GivenJwk = Readonly<Record<string, unknown>>;

/** The same as for PIN transport keys. */
const MODULUS_BITS = { least: 2_048, most: 4_096 };
/**
 * NIST SP 800-56B rev. 2, section 6.2: 65537 <= e < 2^256, odd. With e = 1 the content key would be sent in the clear.
 */
const EXPONENT = { least: 65_537n, below: 1n << 256n };
/** Bytes of a coordinate (RFC 7518, section 6.2.1.2). */
const CURVES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48 };
/** Members of private and of symmetric keys (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** The purposes that a key may have (RFC 7517, section 4.3). */
const OPERATIONS = {
  'RSA-OAEP-256': ['encrypt', 'wrapKey'],
  'ECDH-ES': ['deriveKey', 'deriveBits'],
};

/**
 * RSA with 2048 to 4096 bits, or EC on P-256 or P-384. A key that would let others read the answer is refused, if the
 * public key shows it.
 *
 * @throws PinwardError REQUEST_INVALID, which names the member
 */
export async function recipientKey(jwk: GivenJwk): Promise<RecipientKey> {
  const leaked = PRIVATE_MEMBERS.find((member) => member in jwk);
  if (leaked !== undefined)
    throw invalid(`/${leaked}`, 'belongs to a private key: send the public key alone');
  const { alg, members } = await checkedNumbers(jwk);
  assertPurpose(jwk, alg);
  const { kid } = jwk;
  try {
    const key = await importJWK(members, alg);
    // It must also be usable: a point that is not on the curve is refused.
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

/** The members of the key, written anew from the checked values. */
async function checkedNumbers(jwk: GivenJwk): Promise<{ alg: RecipientKey['alg']; members: JWK }> {
  if (jwk['kty'] === 'RSA') return { alg: 'RSA-OAEP-256', members: await checkedRsa(jwk) };
  if (jwk['kty'] === 'EC') return { alg: 'ECDH-ES', members: checkedEc(jwk) };
  throw invalid('/kty', 'must be RSA or EC');
}

async function checkedRsa(jwk: GivenJwk): Promise<JWK> {
  const n = bytesOf(jwk, 'n');
  const e = bytesOf(jwk, 'e');
  const modulus = integer(n);
  if (modulus >> BigInt(MODULUS_BITS.least - 1) === 0n || modulus >> BigInt(MODULUS_BITS.most) !== 0n) {
    throw invalid('/n', `must have ${MODULUS_BITS.least} to ${MODULUS_BITS.most} bits`);
  }
  const exponent = integer(e);
  if (exponent < EXPONENT.least || exponent >= EXPONENT.below || exponent % 2n === 0n) {
    throw invalid('/e', 'must be odd, at least 65537 and below 2^256');
  }
  if (!(await isSoundModulus(modulus))) throw invalid('/n', 'is not the product of two large random primes');
  return { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') };
}

function checkedEc(jwk: GivenJwk): JWK {
  const { crv } = jwk;
  const length = typeof crv === 'string' && Object.hasOwn(CURVES, crv) ? CURVES[crv] : undefined;
  if (typeof crv !== 'string' || length === undefined) {
    throw invalid('/crv', `must be ${Object.keys(CURVES).join(' or ')}`);
  }
  const [x, y] = (['x', 'y'] as const).map((member) => {
    const bytes = bytesOf(jwk, member);
    if (bytes.length !== length) throw invalid(`/${member}`, `must have ${length} bytes on ${crv}`);
    return bytes.toString('base64url');
  });
  return { kty: 'EC', crv, ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
}

/** The purpose that the key states. */
function assertPurpose({ alg, use, key_ops: operations }: GivenJwk, expected: RecipientKey['alg']): void {
  if (alg !== undefined && alg !== expected) throw invalid('/alg', `must be ${expected} for this key`);
  if (use !== undefined && use !== 'enc') throw invalid('/use', 'must be enc');
  if (operations === undefined) return;
  const allowed: readonly unknown[] = OPERATIONS[expected];
  const fits = Array.isArray(operations) && operations.every((operation) => allowed.includes(operation));
  if (!fits) throw invalid('/key_ops', `must hold nothing but ${allowed.join(' and ')}`);
}

/** Only the canonical form: Node's decoder skips characters that it does not know. */
function bytesOf(jwk: GivenJwk, member: string): Buffer {
  const text = jwk[member];
  const bytes = Buffer.from(typeof text === 'string' ? text : '', 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== text) {
    throw invalid(`/${member}`, 'must be base64url without padding');
  }
  return bytes;
}

function integer(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function invalid(member: string, detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: `/recipientKey${member}`, detail }] });
}
