import { base64Bytes, type Bytes } from './bytes.js';
import { openNote } from './note.js';
import { HASH_BYTES } from './tree.js';
import type { VerifierKey } from './verifier-key.js';

/** A tree head, the tree that it belongs to, and who has signed it (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  readonly signedBy: readonly VerifierKey[];
}

/**
 * Reads a signed checkpoint; its origin must be the name of a key that signed it, which is how this service names keys.
 *
 * @throws Error, with words for the person
 */
export async function openCheckpoint(note: string, keys: readonly VerifierKey[]): Promise<Checkpoint> {
  const { text, signedBy } = await openNote(note, keys);
  // Ours have no extension lines.
  const [origin = '', size = '', hash = '', ...rest] = text.split('\n');
  const root = base64Bytes(hash);
  const whole = rest.length === 1 && rest[0] === '';
  if (!whole || origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || root?.length !== HASH_BYTES)
    throw new Error('What is signed is no checkpoint.');
  if (!signedBy.some((key) => key.name === origin))
    throw new Error('The checkpoint is of another audit trail.');
  return { origin, size: Number(size), root, signedBy };
}
