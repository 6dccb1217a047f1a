import { base64Bytes, equal, toBase64, type Bytes } from './bytes.js';
import { openCheckpoint, type Checkpoint } from './checkpoint.js';
import { leafHash, rootOfInclusion } from './tree.js';
import type { VerifierKey } from './verifier-key.js';

/** What the service says of a line, and what it gives as a proof of it. */
interface LineClaim {
  readonly leafIndex: number;
  /** The line as the trail has it, byte for byte. */
  readonly entry: string;
  readonly treeSize: number;
  /** Base64. */
  readonly leafHash: string;
  readonly proof: readonly string[];
  /** The signed note. */
  readonly checkpoint: string;
}

/** What was computed here on the way; hashes in base64. */
export interface ProvenLine {
  readonly leafHash: string;
  readonly root: string;
  readonly steps: number;
  readonly checkpoint: Checkpoint;
}

/**
 * Proves that a line is in the tree whose head is signed. Nothing of it is taken on the service's word but the keys, if
 * those came from it.
 *
 * @throws Error, with words for the person, at the first step that does not hold
 */
export async function proveLine(claim: LineClaim, keys: readonly VerifierKey[]): Promise<ProvenLine> {
  const checkpoint = await openCheckpoint(claim.checkpoint, keys);
  if (checkpoint.size !== claim.treeSize)
    throw new Error(
      `The proof is for a tree of ${claim.treeSize} lines, and the signed checkpoint of one of ${checkpoint.size}.`,
    );
  const leaf = await leafHash(claim.entry);
  if (toBase64(leaf) !== claim.leafHash)
    throw new Error('The hash of this line is not the one that the service names.');
  const proof = claim.proof.map(base64Bytes);
  if (!proof.every((hash): hash is Bytes => hash !== null && hash.length === leaf.length))
    throw new Error('The proof holds something that is no hash.');
  const root = await rootOfInclusion({ leafHash: leaf, index: claim.leafIndex, size: claim.treeSize, proof });
  if (root === null) throw new Error('The proof has not the length that a tree of this size needs.');
  if (!equal(root, checkpoint.root))
    throw new Error('This line is not in the tree that was signed: its root is another.');
  return { leafHash: toBase64(leaf), root: toBase64(root), steps: proof.length, checkpoint };
}
