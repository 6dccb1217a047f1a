import { describe, expect, it } from 'vitest';
import vectors from '../../../../../../docs/vectors/audit.json';
import tree from '../../../../../../test/vectors/merkle-tree.json';
import { base64Bytes, concat, sha256, toBase64, toHex, type Bytes } from './bytes.js';
import { proveGrowth, type TreeHead } from './prove-growth.js';
import { isConsistent } from './tree.js';

const bytesOf = (base64: string) => base64Bytes(base64) ?? Uint8Array.of();
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const leaves = await Promise.all(
  tree.leaves.map(async (hex) => await sha256(concat(Uint8Array.of(0), fromHex(hex)))),
);

/** MTH of RFC 9162, section 2.1.1, word for word. */
async function rootOf(part: readonly Bytes[]): Promise<Bytes> {
  const [only] = part;
  if (only === undefined) return await sha256(Uint8Array.of());
  if (part.length === 1) return only;
  const k = splitOf(part.length);
  return await sha256(concat(Uint8Array.of(1), await rootOf(part.slice(0, k)), await rootOf(part.slice(k))));
}

/** SUBPROOF of RFC 9162, section 2.1.4.1, word for word. */
async function subproof(m: number, part: readonly Bytes[], whole: boolean): Promise<readonly Bytes[]> {
  if (m === part.length) return whole ? [] : [await rootOf(part)];
  const k = splitOf(part.length);
  return m <= k
    ? [...(await subproof(m, part.slice(0, k), whole)), await rootOf(part.slice(k))]
    : [...(await subproof(m - k, part.slice(k), false)), await rootOf(part.slice(0, k))];
}

function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const headOf = async (size: number) => ({ size, root: await rootOf(leaves.slice(0, size)) });
const pairs = leaves.flatMap((_, second) =>
  Array.from({ length: second + 1 }, (_none, first) => [first + 1, second + 1] as const),
);

describe('that a tree only grew', () => {
  it('is told by the published roots', async () => {
    const roots = await Promise.all(leaves.map(async (_, index) => toHex((await headOf(index + 1)).root)));
    expect(roots).toEqual(tree.roots);
  });

  it.each(pairs)('is proven from %i to %i leaves, and by no other proof', async (from, to) => {
    const [first, second] = [await headOf(from), await headOf(to)];
    const proof = await subproof(from, leaves.slice(0, to), true);
    expect(await isConsistent(first, second, proof)).toBe(true);
    const [strange = first.root] = await subproof(1, leaves.slice(0, 2), true);
    expect(await isConsistent(first, second, [...proof, strange])).toBe(false);
    expect(await isConsistent({ ...first, root: strange }, second, proof)).toBe(false);
    expect(await isConsistent(first, { ...second, root: strange }, proof)).toBe(false);
    if (proof.length > 0) expect(await isConsistent(first, second, proof.slice(1))).toBe(false);
    if (from < to) expect(await isConsistent(second, first, proof)).toBe(false);
  });

  it('is true of every tree after the empty one', async () => {
    const empty = await headOf(0);
    expect(await isConsistent(empty, await headOf(5), [])).toBe(true);
    expect(await isConsistent({ ...empty, root: leaves[0] ?? empty.root }, await headOf(5), [])).toBe(false);
  });
});

describe('a trail that was seen before', () => {
  const seenAt = (size: number): TreeHead => {
    const head = vectors.checkpoints.find(({ treeSize }) => treeSize === size);
    if (head === undefined) throw new Error('no such checkpoint among the vectors');
    return { origin: vectors.origin, size, root: bytesOf(head.rootHash) };
  };
  const told = async (from: number, to: number) =>
    vectors.consistencyProofs.find((one) => one.from === from && one.to === to)?.proof ?? [];

  it.each(vectors.consistencyProofs)(
    'is proven to have grown from $from to $to lines',
    async ({ from, to }) => {
      await expect(proveGrowth(seenAt(from), seenAt(to), told)).resolves.toBeUndefined();
      // Another tab has seen the later one first.
      await expect(proveGrowth(seenAt(to), seenAt(from), told)).resolves.toBeUndefined();
      await expect(proveGrowth(seenAt(to), seenAt(to), told)).resolves.toBeUndefined();
    },
  );

  const forged = { ...seenAt(7), root: leaves[0] ?? Uint8Array.of() };
  it.each<readonly [string, TreeHead, TreeHead, typeof told, RegExp]>([
    ['another root of that size', forged, seenAt(7), told, /two trails of 7/],
    ['a root that is not among its lines', forged, seenAt(8), told, /first 7/],
    ['a proof that was bent', seenAt(3), seenAt(7), async () => (await told(3, 7)).toReversed(), /first 3/],
    ['no proof', seenAt(3), seenAt(7), async () => [], /first 3/],
    ['a proof that is none', seenAt(3), seenAt(7), async () => ['AAAA'], /no hash/],
    ['another name', { ...seenAt(7), origin: 'other.example/pinward' }, seenAt(8), told, /another trail/],
  ])('is not the same with %s', async (_, seen, newest, proofOf, words) => {
    await expect(proveGrowth(seen, newest, proofOf)).rejects.toThrow(words);
  });
});

it('hashes of the vectors have one form', () => {
  for (const { rootHash } of vectors.checkpoints) expect(toBase64(bytesOf(rootHash))).toBe(rootHash);
});
