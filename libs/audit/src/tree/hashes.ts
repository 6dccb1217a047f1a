import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

/** MTH({}) of RFC 9162, section 2.1.1. */
export const EMPTY_ROOT = sha256(Buffer.alloc(0));

/** HASH(0x00 || entry). */
export function leafHash(entry: Buffer | string): Buffer {
  return sha256(Buffer.concat([LEAF, Buffer.from(entry)]));
}

/** HASH(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([NODE, left, right], 1 + 2 * HASH_BYTES));
}

/** Largest power of two smaller than n, for n of 2 or more: this is where RFC 9162 splits a tree. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH of these leaf hashes, level by level. An odd one at the end goes up unchanged, which gives the same result. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  let level = leaves;
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
    }
    level = above;
  }
  return level[0] ?? EMPTY_ROOT;
}

function sha256(input: Buffer): Buffer {
  return hash('sha256', input, 'buffer');
}
