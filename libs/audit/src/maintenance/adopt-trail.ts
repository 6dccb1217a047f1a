import type { DataSource } from 'typeorm';
import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { newestHead, type StoredHead } from '../persistence/heads.js';
import { explainFinding } from '../verification/findings.js';
import { verifyTrail } from '../verification/verify-trail.js';
import type { Actor } from './expire-month.js';
import { appendAudit } from '#libs/requests';

const ADOPT_ACTION = 'audit.adopt';

export interface AdoptRequest {
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
  /** Why there is no checkpoint although nothing was restored; for the trail. */
  readonly reason: string;
  readonly actor: Actor;
}

/**
 * For a lost checkpoint, when the trail itself is complete. A person states that this trail is the newest one, which
 * nothing can prove; the trail records who stated it. Runs as the schema's owner.
 *
 * @returns the head that must be kept from now on
 * @throws Error when there is no signed head, or the trail was changed; then nothing is recorded
 */
export async function adoptTrail(
  owner: DataSource,
  { origin, keys, reason, actor }: AdoptRequest,
): Promise<StoredHead> {
  const { findings } = await verifyTrail(owner, { origin, keys, keptNote: null });
  const [first] = findings;
  if (first !== undefined)
    throw new Error(`the audit trail is not as it was written: ${explainFinding(first)}`);
  return await owner.transaction(async (manager) => {
    const head = await newestHead(manager);
    if (head === null) throw new Error('the database has no signed head: the service begins by itself');
    const details = { reason, keptSize: head.size, root: head.root.toString('base64') };
    const effect = { action: ADOPT_ACTION, result: 'adopted', cardId: null, eventNo: null, details };
    await appendAudit(manager, [{ ...actor, ...effect }]);
    return head;
  });
}
