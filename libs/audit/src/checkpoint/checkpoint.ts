import { HASH_BYTES } from '../tree/hashes.js';
import type { Head } from '../tree/proofs.js';
import { derSignature } from './p256-signature.js';
import { hasSigned, type VerifierKey } from './verifier-key.js';

/** A tree head and the tree it belongs to (C2SP tlog-checkpoint). */
export interface Checkpoint extends Head {
  readonly origin: string;
}

const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/;
const KEY_ID_BYTES = 4;
const NOTE_AT_MOST = 16_384;

/** Origin, size and root, a line each: what is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/**
 * A signed note (C2SP signed-note, type 0x02: ECDSA P-256 with SHA-256, the signature in DER).
 *
 * @param raw what the HSM signed the text with: r and s, 32 bytes each
 */
export function signedNote(text: string, key: Pick<VerifierKey, 'name' | 'id'>, raw: Buffer): string {
  const signature = Buffer.concat([key.id, derSignature(raw)]);
  return `${text}\n\u2014 ${key.name} ${signature.toString('base64')}\n`;
}

/**
 * Reads a signed checkpoint; signatures of keys that are not known are passed over.
 *
 * @throws Error when it is none, is of another tree, or no known key has signed it
 */
export function openNote(note: string, origin: string, keys: readonly VerifierKey[]): Checkpoint {
  if (note.length > NOTE_AT_MOST) throw new Error('the checkpoint is too long');
  const checkpoint = parseText(openSignedText(note, keys, 'the checkpoint'));
  if (checkpoint.origin !== origin) throw new Error('the checkpoint is of another audit trail');
  return checkpoint;
}

/**
 * The text of a signed note, whatever it says.
 *
 * @throws Error when no known key has signed it
 */
export function openSignedText(note: string, keys: readonly VerifierKey[], what: string): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new Error(`${what} has no signature`);
  const text = note.slice(0, end + 1);
  const known = note
    .slice(end + 2)
    .split('\n')
    .flatMap((line) => signatureOf(line, keys));
  if (known.length === 0) throw new Error(`${what} is signed by no known key`);
  if (!known.every(({ key, signature }) => hasSigned(key, text, signature)))
    throw new Error(`${what} has a signature that is not its own`);
  return text;
}

/** The same, with the fault as a value: for whoever goes on without the checkpoint. */
export function readNote(...note: Parameters<typeof openNote>): Checkpoint | Error {
  try {
    return openNote(...note);
  } catch (fault) {
    return fault instanceof Error ? fault : new Error('the checkpoint cannot be read');
  }
}

function signatureOf(line: string, keys: readonly VerifierKey[]): { key: VerifierKey; signature: Buffer }[] {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  if (encoded === undefined) return [];
  const bytes = Buffer.from(encoded, 'base64');
  const id = bytes.subarray(0, KEY_ID_BYTES);
  return keys
    .filter((key) => key.name === name && key.id.equals(id))
    .map((key) => ({ key, signature: bytes.subarray(KEY_ID_BYTES) }));
}

function parseText(text: string): Checkpoint {
  const [origin = '', size = '', hash = ''] = text.split('\n');
  const root = Buffer.from(hash, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || root.length !== HASH_BYTES)
    throw new Error('the checkpoint is not one');
  return { origin, size: Number(size), root };
}
