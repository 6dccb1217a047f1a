import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA256 (RFC 2104, FIPS 198-1) for short keys. createHmac would leave a copy of the key in a key object until
 * some garbage collection; here every byte that depends on the key is zeroed before returning.
 *
 * @param key at most 64 bytes; longer ones would have to be hashed first, and there are none here
 * @returns 32 bytes
 */
export function hmacSha256(key: Buffer, message: Buffer): Buffer {
  if (key.length > BLOCK_BYTES) throw new RangeError('an HMAC key has at most 64 bytes here');
  const inner = Buffer.alloc(BLOCK_BYTES + message.length);
  const outer = Buffer.alloc(BLOCK_BYTES + 32);
  try {
    pad(inner, key, INNER_PAD);
    message.copy(inner, BLOCK_BYTES);
    pad(outer, key, OUTER_PAD);
    const digest = hash('sha256', inner, 'buffer');
    digest.copy(outer, BLOCK_BYTES);
    digest.fill(0);
    return hash('sha256', outer, 'buffer');
  } finally {
    inner.fill(0);
    outer.fill(0);
  }
}

function pad(block: Buffer, key: Buffer, value: number): void {
  for (let index = 0; index < BLOCK_BYTES; index += 1) block[index] = (key[index] ?? 0) ^ value;
}
