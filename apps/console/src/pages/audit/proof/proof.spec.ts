import { describe, expect, it } from 'vitest';
/** Those that auditors test their own programs with (docs/vectors/README.md). */
import vectors from '../../../../../../docs/vectors/audit.json';
import { base64Bytes, toBase64 } from './bytes.js';
import { openCheckpoint } from './checkpoint.js';
import { rawSignature } from './der.js';
import { proveLine } from './prove-line.js';
import { signedByVectors } from './signed-by-vectors.js';
import { leafHash } from './tree.js';
import { parseVerifierKey } from './verifier-key.js';

const key = await parseVerifierKey(vectors.verifierKey);
const emptyHash = toBase64(await leafHash('{}'));

const claims = vectors.inclusionProofs.map(({ leafIndex, treeSize, proof }) => {
  const line = vectors.leaves.find((leaf) => leaf.leafIndex === leafIndex);
  const head = vectors.checkpoints.find((checkpoint) => checkpoint.treeSize === treeSize);
  if (line === undefined || head === undefined) throw new Error('a vector without its line or its head');
  return {
    leafIndex,
    treeSize,
    proof,
    entry: line.entry,
    leafHash: line.leafHash,
    checkpoint: head.checkpoint,
  };
});
const [claim] = claims;
if (claim === undefined) throw new Error('no vectors');

describe('a line of the audit trail', () => {
  it.each(vectors.leaves)('$leafIndex has the hash of the vectors', async ({ entry, leafHash: hash }) => {
    expect(toBase64(await leafHash(entry))).toBe(hash);
  });

  it.each(claims)('$leafIndex is proven in the tree of $treeSize', async (given) => {
    const proven = await proveLine(given, [key]);
    const head = vectors.checkpoints.find(({ treeSize }) => treeSize === given.treeSize);
    expect(proven.root).toBe(head?.rootHash);
    expect(proven.checkpoint).toMatchObject({ origin: vectors.origin, size: given.treeSize });
    expect(proven.steps).toBe(given.proof.length);
  });

  const stranger = vectors.verifierKey.replace('bank.example/pinward', 'other.example/pinward');
  it.each([
    [
      'another word in it',
      { entry: claim.entry.replace('"matched"', '"not-matched"').replace('41', '42') },
      /hash of this line/,
    ],
    ['another hash with it', { leafHash: claims[1]?.leafHash ?? '' }, /hash of this line/],
    ['another line in its place', { entry: '{}', leafHash: emptyHash }, /not in the tree/],
    ['another place', { leafIndex: 1 }, /not in the tree/],
    ['a place beyond the tree', { leafIndex: 7 }, /length/],
    ['another proof', { proof: claim.proof.toReversed() }, /not in the tree/],
    ['a proof that is too short', { proof: claim.proof.slice(1) }, /length/],
    ['a proof that is too long', { proof: [...claim.proof, claim.leafHash] }, /length/],
    ['a proof that is none', { proof: [...claim.proof.slice(1), 'AAAA'] }, /no hash/],
    ['another size', { treeSize: 8 }, /tree of 8 lines/],
    ['the checkpoint of another size', { checkpoint: vectors.checkpoints[2]?.checkpoint ?? '' }, /one of 8/],
    [
      'a size that nobody has signed',
      { checkpoint: claim.checkpoint.replace('\n7\n', '\n8\n') },
      /signature/,
    ],
    ['no signature', { checkpoint: claim.checkpoint.split('\n\n')[0] ?? '' }, /no signature/],
  ])('is not proven with %s', async (_, change, words) => {
    await expect(proveLine({ ...claim, ...change }, [key])).rejects.toThrow(words);
  });

  it('is not proven under the key of another, or under none', async () => {
    await expect(proveLine(claim, [await parseVerifierKey(stranger)])).rejects.toThrow(/No known/);
    await expect(proveLine(claim, [])).rejects.toThrow(/No known/);
  });
});

describe('a checkpoint', () => {
  const note = claim.checkpoint;
  const strangers = '\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79\n';

  it('may carry signatures of strangers', async () => {
    expect(await openCheckpoint(note + strangers, [key])).toMatchObject({ size: 7 });
  });

  it.each([
    ['a root that is not signed', note.replace('oy5j', 'oy5k')],
    ['carriage returns', note.replaceAll('\n', '\r\n')],
    ['a line behind its signatures', `${note}more\n`],
    ['a last line without its end', note.slice(0, -1)],
    ['a hyphen for the dash', note.replace('\u2014', '-')],
    ['too many signatures', note + strangers.repeat(100)],
    ['a signature that was cut', note.replace(/(\S+)\n$/, 'DQJszDBEAiA=\n')],
    ['no text', ''],
  ])('is refused with %s', async (_, given) => {
    await expect(openCheckpoint(given, [key])).rejects.toThrow(Error);
  });
});

describe('what the key has signed', () => {
  const text = `${vectors.origin}\n7\n${vectors.checkpoints[1]?.rootHash}\n`;

  it('is a checkpoint in its one form', async () => {
    expect(await openCheckpoint(await signedByVectors(text), [key])).toMatchObject({ size: 7 });
  });

  it.each([
    ['an extension line', `${text}more\n`],
    ['a size with a leading zero', text.replace('\n7\n', '\n07\n')],
    ['a root of another length', `${vectors.origin}\n7\nAAAA\n`],
    ['another origin', text.replace(vectors.origin, 'other.example/pinward')],
    ['a record of another kind', 'pinward incident report v1\n{}\n'],
  ])('is no checkpoint with %s', async (_, other) => {
    await expect(openCheckpoint(await signedByVectors(other), [key])).rejects.toThrow(/checkpoint/);
  });
});

describe('a verifier key', () => {
  const [name, id] = vectors.verifierKey.split('+', 2) as [string, string];
  const rest = vectors.verifierKey.slice(name.length + id.length + 2);

  it('is read with its name and id', () => expect(key).toMatchObject({ name, id }));

  it.each([
    ['no key', 'hello'],
    ['an id that is not its own', `${name}+00000000+${rest}`],
    ['another type', `${name}+${id}+AT${rest.slice(2)}`],
    ['a key on no curve', `${name}+${id}+${toBase64(Uint8Array.of(2, 1, 2, 3))}`],
    ['blanks', ` ${vectors.verifierKey}`],
    ['nothing encoded', `${name}+${id}+`],
  ])('is refused: %s', async (_, text) => {
    await expect(parseVerifierKey(text)).rejects.toThrow(Error);
  });
});

describe('a signature in DER', () => {
  const [r, s] = [Array.from({ length: 32 }, () => 0x11), Array.from({ length: 32 }, () => 0x22)];
  const der = (...bytes: number[]) => Uint8Array.from([0x30, bytes.length, ...bytes]);

  it('is r and s, 32 bytes each, however short they are', () => {
    expect(rawSignature(der(2, 32, ...r, 2, 32, ...s))).toEqual(Uint8Array.from([...r, ...s]));
    const short = rawSignature(der(2, 1, 1, 2, 33, 0, 0x80, ...s.slice(1)));
    expect([...(short ?? [])].slice(30, 34)).toEqual([0, 1, 0x80, 0x22]);
  });

  it.each([
    ['nothing', Uint8Array.of()],
    ['no sequence', Uint8Array.from([0x31, 6, 2, 1, 1, 2, 1, 1])],
    ['one integer', der(2, 1, 1)],
    ['something behind it', Uint8Array.from([...der(2, 1, 1, 2, 1, 1), 0])],
    ['something behind its integers', der(2, 1, 1, 2, 1, 1, 0)],
    ['a negative integer', der(2, 1, 0x80, 2, 1, 1)],
    ['a zero that is not needed', der(2, 2, 0, 1, 2, 1, 1)],
    ['an integer without bytes', der(2, 0, 2, 1, 1)],
    ['an integer of 33 bytes', der(2, 33, 1, ...r, 2, 1, 1)],
    ['a length beyond the end', der(2, 1, 1, 2, 9, 1)],
  ])('is refused: %s', (_, given) => expect(rawSignature(given)).toBeNull());
});

it('base64 has one form alone', () => {
  expect(base64Bytes('AQI=')).toEqual(Uint8Array.of(1, 2));
  expect(['AQI', 'AQJ=', 'AQ-_', 'A Q=', '=AQI'].map(base64Bytes)).toEqual([null, null, null, null, null]);
});
