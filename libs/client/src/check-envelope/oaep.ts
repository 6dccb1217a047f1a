/** Hashes that WebCrypto has; the first of a pair is tried first. */
const HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const;
export type HashName = (typeof HASHES)[number];
const HASH_BYTES: Readonly<Record<HashName, number>> = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
};

/** So many zero bytes in a row are no accident. */
const ZEROS_AT_LEAST = 8;

export interface OaepMessage {
  readonly hash: HashName;
  readonly mgf1Hash: HashName;
  readonly isLabelled: boolean;
  readonly message: Uint8Array;
}

export async function digest(
  hash: HashName,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await globalThis.crypto.subtle.digest(hash, bytes));
}

/**
 * EME-OAEP decoding (RFC 8017, section 7.1.2, step 3) under every pair of hashes, with any label: a decoder that is to
 * tell what was done, where a real one must tell nothing at all.
 */
export async function oaepMessage(encoded: Uint8Array): Promise<OaepMessage | null> {
  if (encoded[0] !== 0) return null;
  for (const hash of HASHES) {
    for (const mgf1Hash of HASHES) {
      const block = await dataBlock(encoded, hash, mgf1Hash);
      const found = block === null ? null : await messageIn(block, hash);
      if (found !== null) return { hash, mgf1Hash, ...found };
    }
  }
  return null;
}

/** lHash, zeros, 0x01 and the message, when hashes and key are right. */
async function dataBlock(
  encoded: Uint8Array,
  hash: HashName,
  mgf1Hash: HashName,
): Promise<Uint8Array | null> {
  const length = HASH_BYTES[hash];
  const maskedSeed = encoded.slice(1, 1 + length);
  const maskedBlock = encoded.slice(1 + length);
  if (maskedBlock.length <= length) return null;
  const seed = xored(maskedSeed, await mgf1(maskedBlock, length, mgf1Hash));
  return xored(maskedBlock, await mgf1(seed, maskedBlock.length, mgf1Hash));
}

async function messageIn(block: Uint8Array, hash: HashName) {
  const length = HASH_BYTES[hash];
  const end = block.findIndex((byte, index) => index >= length && byte !== 0);
  if (end < 0 || block[end] !== 1) return null;
  const empty = await digest(hash, new Uint8Array());
  const isLabelled = empty.some((byte, index) => byte !== block[index]);
  if (isLabelled && end - length < ZEROS_AT_LEAST) return null;
  return { isLabelled, message: block.slice(end + 1) };
}

/** RFC 8017, appendix B.2.1. */
async function mgf1(seed: Uint8Array, length: number, hash: HashName): Promise<Uint8Array> {
  const mask = new Uint8Array(length);
  for (let counter = 0; counter * HASH_BYTES[hash] < length; counter += 1) {
    const input = new Uint8Array(seed.length + 4);
    input.set(seed);
    new DataView(input.buffer).setUint32(seed.length, counter);
    const start = counter * HASH_BYTES[hash];
    mask.set((await digest(hash, input)).subarray(0, length - start), start);
  }
  return mask;
}

function xored(bytes: Uint8Array, mask: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte, index) => byte ^ (mask[index] ?? 0));
}
