import { answered, api } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import { proveGrowth, type TreeHead } from './proof/prove-growth.js';
import { keepCheckpoint, seenCheckpoint } from './seen-checkpoint.js';

/** Whether the trail only grew since this browser has last seen it. */
export type Growth =
  /** This browser had seen none. */
  | { readonly kind: 'first' }
  | { readonly kind: 'grown'; readonly seenSize: number }
  | { readonly kind: 'changed'; readonly fault: string }
  /** The proof could not be fetched: nothing is known. */
  | { readonly kind: 'unknown' };

/**
 * Compares a verified checkpoint with the newest one that this browser has seen, and keeps it where the trail only grew.
 * A trail that was changed stays so: what was seen is kept until a person lets it go.
 */
export async function judgeGrowth(newest: TreeHead): Promise<Growth> {
  const seen = seenCheckpoint();
  try {
    if (seen !== null) await proveGrowth(seen, newest, fetchProof);
  } catch (fault) {
    if (!(fault instanceof Problem))
      return { kind: 'changed', fault: fault instanceof Error ? fault.message : 'It cannot be computed.' };
    // A size that the service does not have: 400 names the size that it has.
    return fault.code === 'REQUEST_INVALID'
      ? { kind: 'changed', fault: `It is shorter than the ${seen?.size} lines that this browser has seen.` }
      : { kind: 'unknown' };
  }
  keepCheckpoint(newest);
  return seen === null ? { kind: 'first' } : { kind: 'grown', seenSize: seen.size };
}

async function fetchProof(from: number, to: number): Promise<readonly string[]> {
  const query = { from: String(from), to: String(to) };
  const { proof } = await answered(api.GET('/v1/admin/audit/consistency-proof', { params: { query } }));
  return proof;
}
