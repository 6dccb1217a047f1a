import { concat, equal, sha256, utf8, type Bytes } from './bytes.js';

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** HASH(0x00 || entry) of RFC 9162, section 2.1.1. @param entry the line as the trail has it, byte for byte */
export async function leafHash(entry: string): Promise<Bytes> {
  return await sha256(concat(LEAF, utf8(entry)));
}

async function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return await sha256(concat(NODE, left, right));
}

interface InclusionClaim {
  readonly leafHash: Bytes;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Bytes[];
}

/** RFC 9162, section 2.1.3.2. @returns the root of the proof; null for a proof of the wrong length */
export async function rootOfInclusion({ leafHash: leaf, index, size, proof }: InclusionClaim) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let root = leaf;
  for (const node of proof) {
    if (sn === 0n) return null;
    if ((fn & 1n) === 1n || fn === sn) {
      root = await nodeHash(node, root);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else root = await nodeHash(root, node);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n ? root : null;
}

interface Head {
  readonly size: number;
  readonly root: Bytes;
}

/** RFC 9162, section 2.1.4.2: whether the second tree is the first with leaves added. */
export async function isConsistent(first: Head, second: Head, proof: readonly Bytes[]): Promise<boolean> {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && equal(first.root, second.root);
  if (first.size === 0) return proof.length === 0 && equal(first.root, await sha256(utf8('')));
  const isPowerOfTwo = Number.isInteger(Math.log2(first.size));
  const [start, ...path] = isPowerOfTwo ? [first.root, ...proof] : proof;
  if (start === undefined) return false;
  let fn = BigInt(first.size) - 1n;
  let sn = BigInt(second.size) - 1n;
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [older, newer] = [start, start];
  for (const node of path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      older = await nodeHash(node, older);
      newer = await nodeHash(node, newer);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else newer = await nodeHash(newer, node);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && equal(older, first.root) && equal(newer, second.root);
}
