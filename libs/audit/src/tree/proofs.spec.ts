import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOT, leafHash, nodeHash, rootOf } from './hashes.js';
import { consistencyProof, inclusionProof, isConsistent, rootOfInclusion } from './proofs.js';

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../test/vectors/merkle-tree.json'), 'utf8'),
) as { leaves: string[]; emptyRoot: string; roots: string[] };

const leaves = vectors.leaves.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const rangeOf = (all: readonly Buffer[]) => async (from: number, to: number) => rootOf(all.slice(from, to));
const range = rangeOf(leaves);

describe('the tree of RFC 9162', () => {
  it('has the published roots', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(vectors.emptyRoot);
    const roots = leaves.map((_, index) => rootOf(leaves.slice(0, index + 1)).toString('hex'));
    expect(roots).toEqual(vectors.roots);
  });

  /** The tree of seven leaves in RFC 9162, section 2.1.5, with its letters for the nodes. */
  const [a, b, c, d, e, f, j] = leaves as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
  const [k, l] = [nodeHash(g, h), nodeHash(i, j)];

  it.each([
    [0, [b, h, l]],
    [3, [c, g, l]],
    [4, [f, j, k]],
    [6, [i, k]],
  ])('has the inclusion proof of the RFC for leaf %i', async (index, proof) => {
    expect(await inclusionProof(range, index, 7)).toEqual(proof);
  });

  it.each([
    [3, [c, d, g, l]],
    [4, [l]],
    [6, [i, j, k]],
  ])('has the consistency proof of the RFC for %i of seven', async (size, proof) => {
    expect(await consistencyProof(range, size, 7)).toEqual(proof);
  });
});

describe('proofs', () => {
  const tree = fc
    .integer({ min: 1, max: 70 })
    .map((size) => Array.from({ length: size }, (_, index) => leafHash(`leaf ${index}`)));

  it('of inclusion hold for their leaf and root, and for no other', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(), fc.nat(), async (all, at, other) => {
        const [index, size] = [at % all.length, all.length];
        const proof = await inclusionProof(rangeOf(all), index, size);
        const claim = { leafHash: all[index] ?? EMPTY_ROOT, index, size, proof };
        expect(rootOfInclusion(claim)).toEqual(rootOf(all));
        expect(rootOfInclusion({ ...claim, leafHash: leafHash('another') })).not.toEqual(rootOf(all));
        const elsewhere = other % size;
        if (elsewhere !== index)
          expect(rootOfInclusion({ ...claim, index: elsewhere })).not.toEqual(rootOf(all));
        expect(rootOfInclusion({ ...claim, proof: [...proof, EMPTY_ROOT] })).toBeNull();
        if (size > 1) expect(rootOfInclusion({ ...claim, proof: proof.slice(1) })).toBeNull();
      }),
    );
  });

  it('of consistency hold for the trees they join, and not for a fork', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(), async (all, at) => {
        const first = { size: at % (all.length + 1), root: rootOf(all.slice(0, at % (all.length + 1))) };
        const second = { size: all.length, root: rootOf(all) };
        const proof = await consistencyProof(rangeOf(all), first.size, second.size);
        expect(isConsistent(first, second, proof)).toBe(true);
        expect(isConsistent({ ...first, root: leafHash('fork') }, second, proof)).toBe(false);
        if (first.size > 0) {
          const forked = [leafHash('fork'), ...all.slice(1)];
          const other = { size: second.size, root: rootOf(forked) };
          const told = await consistencyProof(rangeOf(forked), first.size, second.size);
          expect(isConsistent(first, other, told)).toBe(false);
        }
        expect(isConsistent(first, second, [...proof, EMPTY_ROOT])).toBe(false);
      }),
    );
  });

  it('are not made for what is not in the tree', async () => {
    await expect(inclusionProof(range, 8, 8)).rejects.toThrow(RangeError);
    await expect(consistencyProof(range, 8, 7)).rejects.toThrow(RangeError);
    expect(isConsistent({ size: 8, root: EMPTY_ROOT }, { size: 7, root: EMPTY_ROOT }, [])).toBe(false);
  });
});
