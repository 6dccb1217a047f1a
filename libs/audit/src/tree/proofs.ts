import { EMPTY_ROOT, nodeHash, splitOf } from './hashes.js';

/** MTH(D[from:to]) of a tree whose leaves are stored elsewhere. */
export type RangeHash = (from: number, to: number) => Promise<Buffer>;

/** PATH(index, D[size]) of RFC 9162, section 2.1.3.1. */
export async function inclusionProof(range: RangeHash, index: number, size: number): Promise<Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError('the leaf is not in a tree of this size');
  const path = async (from: number, to: number): Promise<Buffer[]> => {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle
      ? [...(await path(from, middle)), await range(middle, to)]
      : [...(await path(middle, to)), await range(from, middle)];
  };
  return await path(0, size);
}

/** PROOF(first, D[second]) of RFC 9162, section 2.1.4.1; empty for equal sizes and for an empty first tree. */
export async function consistencyProof(range: RangeHash, first: number, second: number): Promise<Buffer[]> {
  if (first < 0 || first > second) throw new RangeError('the first tree is the larger one');
  if (first === 0 || first === second) return [];
  const subproof = async (from: number, to: number, whole: boolean): Promise<Buffer[]> => {
    if (first === to) return whole ? [] : [await range(from, to)];
    const middle = from + splitOf(to - from);
    return first <= middle
      ? [...(await subproof(from, middle, whole)), await range(middle, to)]
      : [...(await subproof(middle, to, false)), await range(from, middle)];
  };
  return await subproof(0, second, true);
}

export interface InclusionClaim {
  readonly leafHash: Buffer;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Buffer[];
}

/** RFC 9162, section 2.1.3.2. @returns the root of the proof; null for a proof of the wrong length */
export function rootOfInclusion({ leafHash, index, size, proof }: InclusionClaim): Buffer | null {
  if (index < 0 || index >= size) return null;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let root = leafHash;
  for (const node of proof) {
    if (sn === 0n) return null;
    if ((fn & 1n) === 1n || fn === sn) {
      root = nodeHash(node, root);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else root = nodeHash(root, node);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n ? root : null;
}

export interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/** RFC 9162, section 2.1.4.2: whether the second tree is the first with leaves added. */
export function isConsistent(first: Head, second: Head, proof: readonly Buffer[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0) return proof.length === 0 && first.root.equals(EMPTY_ROOT);
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
      older = nodeHash(node, older);
      newer = nodeHash(node, newer);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else newer = nodeHash(newer, node);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && older.equals(first.root) && newer.equals(second.root);
}
