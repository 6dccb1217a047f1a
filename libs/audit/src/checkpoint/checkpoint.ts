import { HASH_BYTES } from '../tree/hashes.js';
import type { Head } from '../tree/proofs.js';
import { base64Bytes, openSignedText } from './note.js';
import { derSignature } from './p256-signature.js';
import type { VerifierKey } from './verifier-key.js';

/** A tree head and the tree it belongs to (C2SP tlog-checkpoint). */
export interface Checkpoint extends Head {
  readonly origin: string;
}

/** Origin, size and root, one line each: the signed text. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/**
 * A signed note (C2SP signed-note, type 0x02: ECDSA P-256 with SHA-256, the signature in DER).
 *
 * @param raw the HSM's signature of the text: r and s, 32 bytes each
 */
export function signedNote(text: string, key: Pick<VerifierKey, 'name' | 'id'>, raw: Buffer): string {
  const signature = Buffer.concat([key.id, derSignature(raw)]);
  return `${text}\n\u2014 ${key.name} ${signature.toString('base64')}\n`;
}

/**
 * Reads a signed checkpoint; signatures of unknown keys are ignored.
 *
 * @throws Error when it is no checkpoint, is of another tree, or no known key has signed it
 */
export function openNote(note: string, origin: string, keys: readonly VerifierKey[]): Checkpoint {
  const checkpoint = parseText(openSignedText(note, keys, 'the checkpoint'));
  if (checkpoint.origin !== origin) throw new Error('the checkpoint is of another audit trail');
  return checkpoint;
}

/** The same, but a fault is a value: for callers that go on without the checkpoint. */
export function readNote(...note: Parameters<typeof openNote>): Checkpoint | Error {
  try {
    return openNote(...note);
  } catch (fault) {
    return fault instanceof Error ? fault : new Error('the checkpoint cannot be read');
  }
}

/** C2SP tlog-checkpoint; ours have no extension lines. */
function parseText(text: string): Checkpoint {
  const [origin = '', size = '', hash = '', ...rest] = text.split('\n');
  const root = base64Bytes(hash);
  const whole = rest.length === 1 && rest[0] === '';
  if (!whole || origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || root?.length !== HASH_BYTES)
    throw new Error('the checkpoint is not one');
  return { origin, size: Number(size), root };
}
