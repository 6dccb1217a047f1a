import { base64Bytes, equal, type Bytes } from './bytes.js';
import { HASH_BYTES, isConsistent } from './tree.js';

/** A checkpoint, without who has signed it. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** Proves between two sizes, as the service does: base64 each. */
export type ConsistencyProof = (from: number, to: number) => Promise<readonly string[]>;

/**
 * Proves that a trail has only grown between two of its verified checkpoints, in whichever order they were seen: another
 * tab may have seen the later one first.
 *
 * @throws Error, with words for the person, when it has not; and as `proofOf` does
 */
export async function proveGrowth(
  seen: TreeHead,
  newest: TreeHead,
  proofOf: ConsistencyProof,
): Promise<void> {
  if (seen.origin !== newest.origin)
    throw new Error(
      `It is another trail: this browser has seen that of ${seen.origin}, and this is ${newest.origin}.`,
    );
  const [first, second] = seen.size <= newest.size ? [seen, newest] : [newest, seen];
  if (first.size === second.size) {
    if (equal(first.root, second.root)) return;
    throw new Error(
      `There are two trails of ${first.size} lines: what this browser has seen is not in this one.`,
    );
  }
  const proof = (await proofOf(first.size, second.size)).map(base64Bytes);
  if (!proof.every((hash): hash is Bytes => hash?.length === HASH_BYTES))
    throw new Error('The proof holds something that is no hash.');
  if (!(await isConsistent(first, second, proof)))
    throw new Error(
      `Lines among the first ${first.size}, which this browser has seen, were changed, taken out or put in.`,
    );
}
