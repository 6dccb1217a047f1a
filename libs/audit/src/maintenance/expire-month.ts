import type { DataSource, EntityManager } from 'typeorm';
import { attestationEpoch } from '../verification/attestation-epoch.js';
import { EXPIRE_ACTION, type ExpiredMonth } from '../verification/expired-months.js';
import { verifyCards } from '../verification/verify-cards.js';
import { appendAudit, type AuditLine } from '#libs/requests';

/** PCI DSS 4.0, requirement 10.5.1: twelve months of audit history. */
const MONTHS_TO_KEEP = 12;

export type ExpireResult =
  | { readonly outcome: 'expired'; readonly record: ExpiredMonth; readonly baselines: number }
  | { readonly outcome: 'too-young' | 'not-there' | 'not-sealed' | 'cards-differ' };

export type Actor = Omit<AuditLine, 'action' | 'result' | 'cardId' | 'eventNo' | 'details'>;

/**
 * Drops the lines of one month. Their leaves stay, so every proof and every head stays valid. One line of the trail
 * records the dropped lines. A card whose newest line is among them gets a line with its state. Runs as the schema's
 * owner: the service has no right to.
 *
 * @param month YYYY-MM, UTC
 */
export async function expireMonth(
  owner: DataSource,
  { month, actor, now }: { readonly month: string; readonly actor: Actor; readonly now: Date },
): Promise<ExpireResult> {
  const from = new Date(`${month}-01T00:00:00Z`);
  const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1));
  const youngest = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_TO_KEEP);
  if (from.getTime() >= youngest) return { outcome: 'too-young' };
  // A card that differs now would get its wrong state as its history.
  if ((await verifyCards(owner)).findings.length > 0) return { outcome: 'cards-differ' };
  return await owner.transaction(async (manager) => {
    const partition = `audit_events_${month.replace('-', '')}`;
    const [there] = await manager.query<unknown[]>('SELECT FROM pg_class WHERE relname = $1', [partition]);
    if (there === undefined) return { outcome: 'not-there' };
    await manager.query(`LOCK TABLE ${partition} IN ACCESS EXCLUSIVE MODE`);
    const record = await sealedLines(manager, partition, { month, from, to });
    if (record === null) return { outcome: 'not-sealed' };
    const { since } = await attestationEpoch(manager, null);
    const attestedSince = since === null ? {} : { attestedSince: since.toString() };
    const baselines = await writeBaselines(manager, actor, to);
    const effect = { action: EXPIRE_ACTION, result: 'expired', cardId: null, eventNo: null };
    await appendAudit(manager, [{ ...actor, ...effect, details: { ...record, ...attestedSince } }]);
    await manager.query(`DROP TABLE ${partition}`);
    return { outcome: 'expired', record, baselines };
  });
}

/** Null while a line has no leaf yet, or a leaf has lost its line. */
async function sealedLines(
  manager: EntityManager,
  partition: string,
  { month, from, to }: { readonly month: string; readonly from: Date; readonly to: Date },
): Promise<ExpiredMonth | null> {
  const [row] = await manager.query<{ lines: string; leaves: string; first: string; last: string }[]>(
    `SELECT (SELECT count(*) FROM ${partition}) AS lines,
            count(*) AS leaves, min(leaf_no) AS first, max(leaf_no) AS last
       FROM audit_leaves WHERE occurred_at >= $1 AND occurred_at < $2`,
    [from, to],
  );
  if (row === undefined || row.lines !== row.leaves || row.leaves === '0') return null;
  return { month, lines: Number(row.lines), firstLeaf: Number(row.first), lastLeaf: Number(row.last) };
}

async function writeBaselines(manager: EntityManager, actor: Actor, to: Date): Promise<number> {
  const [row] = await manager.query<{ written: string }[]>(
    `WITH idle AS (
       SELECT c FROM cards c
        WHERE NOT EXISTS (SELECT FROM audit_events e
                           WHERE e.tenant_id = c.tenant_id AND e.card_id = c.card_id AND e.event_no IS NOT NULL
                             AND e.occurred_at >= $1)
     ), written AS (
       INSERT INTO audit_events (tenant_id, client_id, subject, source_address, request_id, action, phase, result,
                                 card_id, masked_pan, event_no, details)
       SELECT (c).tenant_id, $2, $3, $4, $5, 'card.baseline', 'outcome', 'recorded',
              (c).card_id, 'XXXX' || (c).pan_last4, (c).event_no, '{' || pinward_card_state(c) || '}'
         FROM idle RETURNING 1
     ) SELECT count(*) AS written FROM written`,
    [to, actor.clientId, actor.subject, actor.sourceAddress, actor.requestId],
  );
  return Number(row?.written ?? 0);
}
