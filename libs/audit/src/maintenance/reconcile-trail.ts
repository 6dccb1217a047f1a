import type { DataSource, EntityManager } from 'typeorm';
import { appendAudit } from '#libs/database';
import { openNote } from '../checkpoint/checkpoint.js';
import type { KeptNote } from '../kept/compare.js';
import { AuditTree } from '../persistence/audit-tree.js';
import { isOwnCluster } from '../persistence/cluster.js';
import { newestHead } from '../persistence/heads.js';
import { HAS_LEAF, LINE_OF_LEAF, VERIFIER_HASH } from '../persistence/sql.js';
import type { Actor } from './expire-month.js';
import { restoreLines } from './lost-lines.js';

export interface ReconcileRequest {
  readonly kept: KeptNote;
  /** Lines of an export that reaches up to the kept checkpoint; null: they are lost for good. */
  readonly exported: AsyncIterable<string> | null;
  readonly actor: Actor;
}

export interface Reconciled {
  readonly restoredLines: number;
  /** Cards whose tries were raised, or that were locked, because of what had been forgotten. */
  readonly cardsCorrected: number;
  /** Cards that the trail knows and the database has forgotten: they have to be registered anew. */
  readonly cardsForgotten: number;
  /** The checkpoint that takes the kept one's place; null where that still holds. */
  readonly checkpoint: string | null;
}

/**
 * After the restore of an older backup: puts the lost lines back and counts tries as the higher of what the card's row
 * and the trail say. A card whose PIN was changed meanwhile, or closed, is locked or closed. Where the lines are lost, what
 * was tried cannot be known: every card with a PIN is locked. Runs as the schema's owner, while the service refuses.
 *
 * @throws Error when the export does not lead to the kept checkpoint, or there is nothing to reconcile; nothing is changed
 * then
 */
export async function reconcileTrail(
  owner: DataSource,
  { kept, exported, actor }: ReconcileRequest,
): Promise<Reconciled> {
  const checkpoint = openNote(kept.note, kept.origin, kept.keys);
  return await owner.transaction(async (manager) => {
    // 1. Nobody seals meanwhile.
    await manager.query(
      "SELECT pg_advisory_xact_lock(hashtext('pinward audit sealer')), pg_advisory_xact_lock(hashtext('pinward audit heads'))",
    );
    const tree = new AuditTree(manager);
    const size = await tree.size();
    // 2. The lost lines, or their loss.
    const restoredLines =
      exported === null ? 0 : await restoreLines(manager, exported, { from: size, to: checkpoint.size });
    if (exported !== null && size + restoredLines < checkpoint.size)
      throw new Error(`the export ends before leaf ${checkpoint.size - 1}`);
    await manager.query('UPDATE audit_sealing SET tree_size = $1', [size + restoredLines]);
    const holds =
      size + restoredLines >= checkpoint.size &&
      (await tree.range(0, checkpoint.size)).equals(checkpoint.root);
    if (holds && restoredLines === 0 && (await isOwnCluster(manager)))
      throw new Error(
        'the database is the one that the kept checkpoint belongs to: there is nothing to reconcile',
      );
    if (exported !== null && !holds)
      throw new Error('the lines do not lead to the kept checkpoint: another trail, or one that was changed');
    // 3. Cards, by the higher of both.
    const { corrected, forgotten } = holds
      ? await correctCards(manager, actor, size)
      : { corrected: await lockAll(manager, actor), forgotten: 0 };
    // 4. Ids and transactions begin behind what is there.
    await adoptCluster(manager);
    const details = { keptSize: checkpoint.size, size, restoredLines, cardsCorrected: corrected };
    const effect = {
      action: 'audit.reconcile',
      result: holds ? 'restored' : 'lines-lost',
      cardId: null,
      eventNo: null,
    };
    await appendAudit(manager, [{ ...actor, ...effect, details }]);
    return {
      ...{ restoredLines, cardsCorrected: corrected, cardsForgotten: forgotten },
      checkpoint: holds ? null : ((await newestHead(manager))?.note ?? ''),
    };
  });
}

/** What the lines from this leaf on say of each card. */
const AUDITED = `
  WITH lines AS (
    SELECT e.* FROM audit_leaves l
      JOIN audit_events e ON ${LINE_OF_LEAF}
     WHERE l.leaf_no >= $1 AND e.event_no IS NOT NULL
  ), outcomes AS (
    SELECT DISTINCT ON (tenant_id, card_id) tenant_id, card_id, event_no, details::json AS state
      FROM lines WHERE phase = 'outcome' ORDER BY tenant_id, card_id, event_no DESC
  ), audited AS (
    SELECT tenant_id, card_id, max(n.event_no) AS event_no,
           coalesce(max(n.event_no) FILTER (WHERE n.phase = 'intent') > max(n.event_no) FILTER (WHERE n.phase = 'outcome'),
                    bool_or(n.phase = 'intent'))::int AS in_flight,
           (SELECT o.state FROM outcomes o WHERE o.tenant_id = n.tenant_id AND o.card_id = n.card_id) AS state
      FROM lines n GROUP BY tenant_id, card_id
  )`;

/** More than any limit of failures: whoever is unlocked by an operator needs a new PIN first. */
const RESET_REQUIRED = 1_000;

async function correctCards(
  manager: EntityManager,
  actor: Actor,
  from: number,
): Promise<{ corrected: number; forgotten: number }> {
  const cards = await manager
    .query<CorrectedCard[]>(
      `${AUDITED}, judged AS (
       SELECT c.tenant_id, c.card_id, c.event_no AS row_no, a.event_no AS line_no,
              coalesce(a.state ->> 'pinStatus', c.pin_status) AS pin_status,
              greatest(c.tries_spent, coalesce((a.state ->> 'triesSpent')::int, c.tries_spent) + a.in_flight) AS tries,
              greatest(c.failures_without_success,
                       coalesce((a.state ->> 'failuresWithoutSuccess')::int, c.failures_without_success) + a.in_flight) AS failures,
              a.state IS NOT NULL AND a.state ->> 'verifierHash' IS DISTINCT FROM ${VERIFIER_HASH} AS pin_lost
         FROM audited a JOIN cards c USING (tenant_id, card_id)
     )
     UPDATE cards c
        SET tries_spent = j.tries,
            failures_without_success = CASE WHEN j.pin_lost AND j.pin_status <> 'closed' THEN ${RESET_REQUIRED} ELSE j.failures END,
            pin_status = CASE WHEN j.pin_status = 'closed' THEN 'closed' WHEN j.pin_lost THEN 'locked' ELSE j.pin_status END,
            locked_at = CASE WHEN j.pin_status = 'locked' OR j.pin_lost THEN coalesce(c.locked_at, clock_timestamp()) END,
            verifier = CASE WHEN j.pin_status = 'closed' THEN NULL ELSE c.verifier END,
            verifier_salt = CASE WHEN j.pin_status = 'closed' THEN NULL ELSE c.verifier_salt END,
            verifier_generation = CASE WHEN j.pin_status = 'closed' THEN NULL ELSE c.verifier_generation END,
            evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL,
            event_no = greatest(j.row_no, j.line_no) + 1
       FROM judged j
      WHERE c.tenant_id = j.tenant_id AND c.card_id = j.card_id
     RETURNING c.tenant_id, c.card_id, c.event_no, c.pin_status`,
      [from],
    )
    .then(updatedRows);
  for (const table of ['card_data', 'pin_history', 'one_time_passwords']) {
    await manager.query(
      `DELETE FROM ${table} d USING cards c WHERE c.tenant_id = d.tenant_id AND c.card_id = d.card_id AND c.pin_status = 'closed'`,
    );
  }
  await recordCards(manager, actor, cards);
  const [row] = await manager.query<{ forgotten: string }[]>(
    `${AUDITED} SELECT count(*) AS forgotten FROM audited a
      WHERE NOT EXISTS (SELECT FROM cards c WHERE c.tenant_id = a.tenant_id AND c.card_id = a.card_id)`,
    [from],
  );
  return { corrected: cards.length, forgotten: Number(row?.forgotten ?? 0) };
}

async function lockAll(manager: EntityManager, actor: Actor): Promise<number> {
  const cards = await manager
    .query<CorrectedCard[]>(
      `UPDATE cards SET pin_status = 'locked', locked_at = coalesce(locked_at, clock_timestamp()),
              evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL, event_no = event_no + 1
        WHERE pin_status = 'active' OR evaluation_id IS NOT NULL
       RETURNING tenant_id, card_id, event_no, pin_status`,
    )
    .then(updatedRows);
  await recordCards(manager, actor, cards);
  return cards.length;
}

interface CorrectedCard {
  tenant_id: string;
  card_id: string;
  event_no: string;
  pin_status: string;
}

/** TypeORM answers an UPDATE with its rows and their number. */
function updatedRows(answer: unknown): CorrectedCard[] {
  return (answer as [CorrectedCard[], number])[0];
}

async function recordCards(
  manager: EntityManager,
  actor: Actor,
  cards: readonly CorrectedCard[],
): Promise<void> {
  const lines = cards.map(({ tenant_id: tenantId, card_id: cardId, event_no: eventNo }) => ({
    ...actor,
    ...{ tenantId, cardId, eventNo, action: 'card.reconcile', result: 'corrected' },
  }));
  if (lines.length > 0) await appendAudit(manager, lines);
}

/** In a new cluster transaction ids begin anew: sealed lines get the oldest, the others that of this transaction. */
async function adoptCluster(manager: EntityManager): Promise<void> {
  await manager.query(
    `SELECT setval(pg_get_serial_sequence('audit_events', 'audit_id'),
                   (SELECT greatest(max(audit_id), (SELECT max(audit_id) FROM audit_leaves)) FROM audit_events))`,
  );
  if (await isOwnCluster(manager)) return;
  await manager.query(
    `UPDATE audit_events e SET xid = CASE WHEN ${HAS_LEAF} THEN '3'::xid8 ELSE pg_current_xact_id() END`,
  );
  await manager.query(
    'UPDATE audit_sealing SET snapshot = pg_current_snapshot(), cluster = (SELECT system_identifier FROM pg_control_system())',
  );
}
