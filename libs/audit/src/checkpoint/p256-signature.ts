const COORDINATE_BYTES = 32;

/**
 * Ecdsa-Sig-Value (RFC 3279, section 2.2.3) from a signature in the form of PKCS#11.
 *
 * @param raw r and s, 32 bytes each
 */
export function derSignature(raw: Buffer): Buffer {
  if (raw.length !== 2 * COORDINATE_BYTES) throw new RangeError('a P-256 signature is 64 bytes long');
  const body = Buffer.concat([
    derInteger(raw.subarray(0, COORDINATE_BYTES)),
    derInteger(raw.subarray(COORDINATE_BYTES)),
  ]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** Without leading zeros, except the one that keeps it positive. */
function derInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  const positive = (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}
