import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;

/** MTH({}) of RFC 9162, section 2.1.1. */
export const EMPTY_ROOT = createHash('sha256').digest();

/** HASH(0x00 || entry). */
export function leafHash(entry: Buffer | string): Buffer {
  return createHash('sha256').update(Buffer.of(0x00)).update(entry).digest();
}

/** HASH(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(0x01)).update(left).update(right).digest();
}

/** Largest power of two smaller than n, for n of 2 or more: where RFC 9162 splits a tree. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH of these leaf hashes. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const k = splitOf(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}
