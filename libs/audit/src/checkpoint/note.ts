import { hasSigned, type VerifierKey } from './verifier-key.js';

/** A name has neither blanks nor plus signs (C2SP signed-note). */
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY_ID_BYTES = 4;
const NOTE_AT_MOST = 16_384;
const SIGNATURES_AT_MOST = 100;

interface Signature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly value: Buffer;
}

/**
 * The text of a signed note, whatever its content: text, an empty line, signature lines, and nothing else. Signatures
 * of unknown keys are ignored; every signature of a known key must be valid.
 *
 * @param atMost characters of the whole note
 * @throws Error when it is no note, or no known key has signed it
 */
export function openSignedText(
  note: string,
  keys: readonly VerifierKey[],
  what: string,
  atMost = NOTE_AT_MOST,
): string {
  if (note.length > atMost) throw new Error(`${what} is too long`);
  if ([...note].some((character) => character < ' ' && character !== '\n'))
    throw new Error(`${what} holds control characters`);
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new Error(`${what} has no signature`);
  const text = note.slice(0, end + 1);
  const known = signaturesOf(note.slice(end + 2), what).flatMap(({ name, keyId, value }) =>
    keys.filter((key) => key.name === name && key.id.equals(keyId)).map((key) => ({ key, value })),
  );
  if (known.length === 0) throw new Error(`${what} is signed by no known key`);
  if (!known.every(({ key, value }) => hasSigned(key, text, value)))
    throw new Error(`${what} has a signature that is not its own`);
  return text;
}

/** Bytes of standard base64 in its one canonical form (RFC 4648, section 3.5); null for anything else. */
export function base64Bytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function signaturesOf(block: string, what: string): readonly Signature[] {
  const lines = block.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw new Error(`${what} does not end in a signature line`);
  if (lines.length > SIGNATURES_AT_MOST) throw new Error(`${what} has too many signatures`);
  return lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = base64Bytes(encoded);
    if (bytes === null || bytes.length <= KEY_ID_BYTES)
      throw new Error(`${what} has a line among its signatures that is none`);
    return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), value: bytes.subarray(KEY_ID_BYTES) };
  });
}
