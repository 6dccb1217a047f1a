const COORDINATE_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/**
 * The signature as WebCrypto takes it, r and s of 32 bytes each, from Ecdsa-Sig-Value in DER (RFC 3279, section 2.2.3).
 *
 * @returns null for what is not in its one canonical form
 */
export function rawSignature(der: Uint8Array): Uint8Array | null {
  // Two integers of at most 33 bytes: every length fits into one byte.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2 || der.length > 72) return null;
  const r = integerAt(der, 2);
  if (r === null) return null;
  const s = integerAt(der, r.end);
  if (s === null || s.end !== der.length) return null;
  const raw = new Uint8Array(2 * COORDINATE_BYTES);
  raw.set(r.digits, COORDINATE_BYTES - r.digits.length);
  raw.set(s.digits, 2 * COORDINATE_BYTES - s.digits.length);
  return raw;
}

function integerAt(der: Uint8Array, at: number) {
  const length = der[at + 1];
  if (der[at] !== INTEGER || length === undefined || length === 0) return null;
  const end = at + 2 + length;
  const bytes = der.slice(at + 2, end);
  if (bytes.length !== length) return null;
  const [first = 0, second = 0] = bytes;
  // Neither negative, nor with a zero in front that it does not need.
  if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return null;
  const digits = first === 0 ? bytes.slice(1) : bytes;
  return digits.length > COORDINATE_BYTES ? null : { digits, end };
}
