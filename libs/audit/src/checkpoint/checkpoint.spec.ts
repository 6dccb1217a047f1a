import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../tree/hashes.js';
import { checkpointText, openNote, signedNote } from './checkpoint.js';
import { openSignedText } from './note.js';
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

  it('is read back by a holder of the key', () => {
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
    ['an extension line', signedNote(`${text}more\n`, key, raw(`${text}more\n`)), ORIGIN],
    ['nothing', '', ORIGIN],
  ])('is refused: %s', (_, given, origin) => {
    expect(() => openNote(given, origin, [key])).toThrow(/checkpoint/);
  });
});

/** C2SP signed-note; the malformed ones as in the tests of golang.org/x/mod/sumdb/note. */
describe('a note', () => {
  const [, line = ''] = note.split('\n\n');
  const encoded = line.trim().split(' ')[2] ?? '';
  const stranger = '\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79\n';

  it.each([
    ['its signature alone', note],
    ['one of a stranger before it', `${text}\n${stranger}${line}`],
    ['one of a stranger behind it', `${text}\n${line}${stranger}`],
    ['the same one twice', `${text}\n${line}${line}`],
  ])('verifies with %s', (_, given) => {
    expect(openNote(given, ORIGIN, [key])).toEqual(checkpoint);
  });

  it.each([
    ['no empty line', `${text}${line}`],
    ['no signature behind the empty line', `${text}\n`],
    ['a last line without its end', note.slice(0, -1)],
    ['a line between signatures', `${text}\n${line}an unexpected line\n${stranger}`],
    ['a line before the signatures', `${text}\nan unexpected line\n${line}`],
    ['a line behind the signatures', `${note}an unexpected line\n`],
    ['an empty line behind the signatures', `${note}\n`],
    ['blanks before the dash', `${text}\n ${line}`],
    ['a blank at the end of a line', `${text}\n${line.trim()} \n`],
    ['a hyphen for the dash', `${text}\n${line.replace('\u2014', '-')}`],
    ['carriage returns', note.replaceAll('\n', '\r\n')],
    ['a control character in the text', signedNote(`\u0001${text}`, key, raw(`\u0001${text}`))],
    ['a name with a blank', `${text}\n\u2014 Bad Name ${encoded}\n${line}`],
    ['a name with a plus', `${text}\n\u2014 bad+name ${encoded}\n${line}`],
    ['no name', `${text}\n\u2014  ${encoded}\n${line}`],
    ['no base64', `${text}\n\u2014 name !!!!\n${line}`],
    ['base64 that is not canonical', `${text}\n\u2014 name CMp+6LWBU0anHB==\n${line}`],
    ['a key id and no signature', `${text}\n\u2014 name CMp+6A==\n${line}`],
    ['too many signatures', `${text}\n${stranger.repeat(100)}${line}`],
  ])('is refused with %s', (_, given) => {
    expect(() => openNote(given, ORIGIN, [key])).toThrow(/the checkpoint/);
  });

  it('may have empty lines in its text', () => {
    const words = 'a record\n\nof two parts\n';
    expect(openSignedText(signedNote(words, key, raw(words)), [key], 'the record')).toBe(words);
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
