import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../tree/hashes.js';
import { checkpointText, openNote, signedNote } from './checkpoint.js';
import { derSignature } from './p256-signature.js';
import { formatVerifierKey, parseVerifierKey, verifierKey } from './verifier-key.js';

const ORIGIN = 'bank.example/pinward';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = verifierKey(ORIGIN, pair.publicKey);
const checkpoint = { origin: ORIGIN, size: 42, root: leafHash('root') };
const text = checkpointText(checkpoint);
const raw = (of: string, by = pair.privateKey) =>
  sign('sha256', Buffer.from(of), { key: by, dsaEncoding: 'ieee-p1363' });
const note = signedNote(text, key, raw(text));

describe('a checkpoint', () => {
  it('is three lines, and a signed note in its standard form', () => {
    expect(text).toBe(`${ORIGIN}\n42\n${checkpoint.root.toString('base64')}\n`);
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
    const [, signature = ''] = /\n\n\u2014 bank\.example\/pinward (\S+)\n$/.exec(note) ?? [];
    const bytes = Buffer.from(signature, 'base64');
    // C2SP signed-note: for type 0x02 the key id is the truncated SHA-256 of the key in SPKI form.
    expect(bytes.subarray(0, 4)).toEqual(createHash('sha256').update(spki).digest().subarray(0, 4));
    expect(verify('sha256', Buffer.from(text), pair.publicKey, bytes.subarray(4))).toBe(true);
  });

  it('is read back by whoever has the key', () => {
    expect(openNote(note, ORIGIN, [key])).toEqual(checkpoint);
    const cosigned = `${note}\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79\n`;
    expect(openNote(cosigned, ORIGIN, [parseVerifierKey(formatVerifierKey(key))])).toEqual(checkpoint);
  });

  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  it.each([
    ['another size', note.replace('\n42\n', '\n43\n'), ORIGIN],
    [
      'another root',
      note.replace(checkpoint.root.toString('base64'), leafHash('x').toString('base64')),
      ORIGIN,
    ],
    ['another origin', note, 'other.example/pinward'],
    [
      'a signature of another key',
      signedNote(text, verifierKey(ORIGIN, stranger.publicKey), raw(text)),
      ORIGIN,
    ],
    ['a forged signature under the key id', signedNote(text, key, raw(text, stranger.privateKey)), ORIGIN],
    ['no signature', text, ORIGIN],
    [
      'a size with a leading zero',
      signedNote(text.replace('42', '042'), key, raw(text.replace('42', '042'))),
      ORIGIN,
    ],
    ['endless text', `${note}${'x'.repeat(20_000)}`, ORIGIN],
    ['nothing', '', ORIGIN],
  ])('is refused: %s', (_, given, origin) => {
    expect(() => openNote(given, origin, [key])).toThrow(/checkpoint/);
  });
});

describe('a verifier key', () => {
  it('is refused when it is of another kind, or its id is not its own', () => {
    const formatted = formatVerifierKey(key);
    const other = formatted.replace(key.id.toString('hex'), '00000000');
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    for (const wrong of ['', 'name', other, formatVerifierKey(verifierKey(ORIGIN, p384))])
      expect(() => parseVerifierKey(wrong)).toThrow(/verifier key/);
  });
});

describe('a DER signature', () => {
  it('holds positive integers of the shortest form', () => {
    const of = (r: number[], s: number[]) => {
      const bytes = Buffer.alloc(64);
      Buffer.from(r).copy(bytes, 32 - r.length);
      Buffer.from(s).copy(bytes, 64 - s.length);
      return derSignature(bytes).toString('hex');
    };
    expect(of([0x01], [0x7f])).toBe('300602010102017f');
    expect(of([0x80], [0x01, 0x00])).toBe('30080202008002020100');
    expect(() => derSignature(Buffer.alloc(63))).toThrow(RangeError);
    for (let round = 0; round < 50; round += 1) {
      const message = Buffer.from(`message ${round}`);
      const der = derSignature(raw(message.toString()));
      expect(createVerifies(message, der)).toBe(true);
    }
  });

  function createVerifies(message: Buffer, der: Buffer): boolean {
    return verify('sha256', message, pair.publicKey, der);
  }
});
