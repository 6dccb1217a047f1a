const LENGTH_BYTES = 2;
const MAX_PART_BYTES = 0xffff;

/**
 * The input of every MAC: each part preceded by its length, two bytes big endian, so that ("t1", "23-card") and
 * ("t12", "3-card") differ. Text is UTF-8.
 *
 * @throws RangeError for a part of more than 65,535 bytes
 */
export function lengthPrefixed(...parts: readonly (string | Uint8Array)[]): Buffer {
  const encoded: Buffer[] = [];
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    if (bytes.length > MAX_PART_BYTES) throw new RangeError('a MAC input part has at most 65,535 bytes');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(bytes.length);
    encoded.push(length, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return Buffer.concat(encoded);
}
