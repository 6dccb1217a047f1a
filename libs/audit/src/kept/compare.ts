import type { EntityManager } from 'typeorm';
import { readNote } from '../checkpoint/checkpoint.js';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { AuditTree, LeavesMissing } from '../persistence/audit-tree.js';

/**
 * How the stored trail compares with a checkpoint that was kept elsewhere. `truncated`: it is shorter, as after the
 * restore of an older backup. `forked`: it is long enough, but different. `unreadable`: the checkpoint is not one of
 * this trail. `nothing-kept`: the trail has signed heads, but there is no checkpoint to compare it with.
 */
export type Comparison =
  | { readonly outcome: 'consistent' }
  | { readonly outcome: 'nothing-kept'; readonly size: number }
  | { readonly outcome: 'truncated'; readonly keptSize: number; readonly size: number }
  | { readonly outcome: 'forked'; readonly keptSize: number }
  | { readonly outcome: 'unreadable'; readonly reason: string };

export interface KeptNote {
  readonly note: string;
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
}

/** @throws the database's error when it cannot be asked: that is no outcome */
export async function compareWithKept(
  manager: EntityManager,
  { note, origin, keys }: KeptNote,
): Promise<Comparison> {
  const kept = readNote(note, origin, keys);
  if (kept instanceof Error) return { outcome: 'unreadable', reason: kept.message };
  const tree = new AuditTree(manager);
  const size = await tree.size();
  if (size < kept.size) return { outcome: 'truncated', keptSize: kept.size, size };
  const root = await tree.range(0, kept.size).catch(nullIfMissing);
  return root?.equals(kept.root) === true
    ? { outcome: 'consistent' }
    : { outcome: 'forked', keptSize: kept.size };
}

function nullIfMissing(fault: unknown): null {
  if (fault instanceof LeavesMissing) return null;
  throw fault;
}
