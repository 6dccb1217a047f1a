import { base64Bytes, toHex, type Bytes } from './bytes.js';
import { hasSigned, type VerifierKey } from './verifier-key.js';

/** A name has neither blanks nor plus signs (C2SP signed-note). */
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY_ID_BYTES = 4;
const NOTE_AT_MOST = 65_536;
const SIGNATURES_AT_MOST = 100;

interface Signature {
  readonly name: string;
  readonly keyId: string;
  readonly value: Bytes;
}

interface OpenedNote {
  readonly text: string;
  /** The keys that have signed it. */
  readonly signedBy: readonly VerifierKey[];
}

/**
 * A signed note (C2SP signed-note): text, an empty line, signature lines, and nothing else. Signatures of unknown keys
 * are ignored; every signature of a known key must be valid.
 *
 * @throws Error, with words for the person, when it is no note, or no known key has signed it
 */
export async function openNote(note: string, keys: readonly VerifierKey[]): Promise<OpenedNote> {
  if (note.length > NOTE_AT_MOST) throw new Error('The signed note is too long.');
  if ([...note].some((character) => character < ' ' && character !== '\n'))
    throw new Error('The signed note holds control characters.');
  const { text, signatures } = partsOfNote(note);
  const known = signatures.flatMap(({ name, keyId, value }) =>
    keys.filter((key) => key.name === name && key.id === keyId).map((key) => ({ key, value })),
  );
  if (known.length === 0) throw new Error('No known verifier key has signed it.');
  for (const { key, value } of known) {
    if (!(await hasSigned(key, text, value)))
      throw new Error('It has a signature that is not that of its text.');
  }
  return { text, signedBy: known.map(({ key }) => key) };
}

function partsOfNote(note: string) {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new Error('It has no signature.');
  return { text: note.slice(0, end + 1), signatures: signaturesOf(note.slice(end + 2)) };
}

function signaturesOf(block: string): readonly Signature[] {
  const lines = block.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw new Error('It does not end in a signature line.');
  if (lines.length > SIGNATURES_AT_MOST) throw new Error('It has too many signatures.');
  return lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = base64Bytes(encoded);
    if (bytes === null || bytes.length <= KEY_ID_BYTES)
      throw new Error('A line among its signatures is none.');
    return { name, keyId: toHex(bytes.slice(0, KEY_ID_BYTES)), value: bytes.slice(KEY_ID_BYTES) };
  });
}
