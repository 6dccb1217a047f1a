import { decodeBase64url } from './encoding.js';
import { PinKeyError } from './pin-key-error.js';

/** JOSE names (RFC 7518, section 4.3): RSA-OAEP is OAEP with SHA-1, RSA-OAEP-256 with SHA-256 and MGF1 of the same. */
export const PIN_KEY_ALGORITHMS = ['RSA-OAEP', 'RSA-OAEP-256'] as const;
export type PinKeyAlgorithm = (typeof PIN_KEY_ALGORITHMS)[number];

/** One key of GET /v1/pin-keys: a JWK (RFC 7517) with two members of the service's own. */
export interface PublishedPinKey {
  readonly kid: string;
  readonly kty: 'RSA';
  readonly alg: PinKeyAlgorithm;
  readonly use: 'enc';
  /** Modulus and exponent, base64url (RFC 7518, section 6.3.1). */
  readonly n: string;
  readonly e: string;
  /** Exactly one key of an algorithm family is; the others are still accepted for a while. */
  readonly current: boolean;
  /** RFC 3339, or null while no end is planned. */
  readonly expiresAt: string | null;
}

/** The answer of GET /v1/pin-keys; members that this version does not know are ignored. */
export interface PinKeySet {
  readonly keys: readonly PublishedPinKey[];
  /** Compact JWS over the same keys, by a manifest key of the HSM. */
  readonly signed?: string;
}

const MIN_MODULUS_BITS = 2048;

/** Whether the key is of a kind this client knows; a set may hold newer kinds beside it. */
function isKnownKind(key: unknown): key is PublishedPinKey {
  if (typeof key !== 'object' || key === null) return false;
  const { kid, kty, alg, use, n, e } = key as Partial<Record<keyof PublishedPinKey, unknown>>;
  const named = typeof kid === 'string' && kid !== '' && typeof n === 'string' && typeof e === 'string';
  return named && kty === 'RSA' && use === 'enc' && PIN_KEY_ALGORITHMS.some((known) => known === alg);
}

/**
 * Checks a published key before a PIN is trusted to it: its kind, the encoding of its numbers, at least 2048 bits,
 * and numbers an RSA key can have (NIST SP 800-56B rev. 2, section 6.2: 65537 <= e < 2^256, both odd).
 *
 * That the key really is the service's own is told by the manifest's signature, which verifiedKeySet checks.
 *
 * @throws PinKeyError PIN_KEY_MALFORMED, PIN_KEY_TOO_SHORT
 */
export function assertPinKey(key: unknown): asserts key is PublishedPinKey {
  if (!isKnownKind(key)) throw new PinKeyError('PIN_KEY_MALFORMED');
  const modulus = unsignedInteger(key.n);
  const exponent = unsignedInteger(key.e);
  if (modulus % 2n === 0n || exponent % 2n === 0n) throw new PinKeyError('PIN_KEY_MALFORMED');
  if (exponent < 65_537n || exponent >= 1n << 256n) throw new PinKeyError('PIN_KEY_MALFORMED');
  if (modulus < 1n << BigInt(MIN_MODULUS_BITS - 1)) throw new PinKeyError('PIN_KEY_TOO_SHORT');
}

/** Base64urlUInt of RFC 7518, section 2: the shortest big-endian form, so no leading zero byte. */
function unsignedInteger(text: string): bigint {
  const bytes = decodeBase64url(text);
  if (bytes === undefined || bytes.length === 0 || bytes[0] === 0) throw new PinKeyError('PIN_KEY_MALFORMED');
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/**
 * The key to encrypt with: the current one. Keys of kinds this client does not know are passed over, so that a
 * service may publish newer ones beside it.
 *
 * @param keySet the parsed body of GET /v1/pin-keys
 * @throws PinKeyError PIN_KEY_SET_MALFORMED, PIN_KEY_MISSING, or what assertPinKey throws
 */
export function currentPinKey(keySet: PinKeySet): PublishedPinKey {
  const keys: unknown = (keySet as Partial<PinKeySet> | null | undefined)?.keys;
  if (!Array.isArray(keys)) throw new PinKeyError('PIN_KEY_SET_MALFORMED');
  const [key, ...others] = keys.filter(isKnownKind).filter(({ current }) => current === true);
  if (key === undefined || others.length > 0) throw new PinKeyError('PIN_KEY_MISSING');
  assertPinKey(key);
  return key;
}
