import type { DataSource, EntityManager } from 'typeorm';
import { openNote, type Checkpoint } from '../checkpoint/checkpoint.js';
import type { KeptNote } from '../kept/compare.js';
import { AuditTree } from '../persistence/audit-tree.js';
import { isOwnCluster, newestHead } from '../persistence/heads.js';
import { HAS_LEAF } from '../persistence/sql.js';
import { correctCards, lockAll, type ForgottenCard } from './correct-cards.js';
import type { Actor } from './expire-month.js';
import { raiseForgottenSeals } from './forgotten-seals.js';
import { restoreLines } from './lost-lines.js';
import { applyTold, switchOff } from './told/apply-told.js';
import type { Loss } from './told/lines.js';
import { appendAudit, type AuditLine } from '#libs/requests';

export interface ReconcileRequest {
  /** The checkpoint that the lines lead to; null if none is left, and then no lines can be trusted. */
  readonly kept: KeptNote | null;
  /** Lines of an export or a stream that reaches the kept checkpoint; null if they are lost for good. */
  readonly exported: AsyncIterable<string> | null;
  readonly actor: Actor;
  /** More lines followed that checkpoint and are lost, so their tries are unknown. */
  readonly restLost?: boolean;
  /** For lost lines: a person confirms that they removed no client, secret or endpoint. */
  readonly powersStand?: boolean;
  /** Reports the result, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface Reconciled {
  readonly restoredLines: number;
  /** Cards with raised tries, or locked ones, because of what had been lost. */
  readonly cardsCorrected: number;
  /** Cards that the trail knows and the database has lost: they must be registered anew. */
  readonly cardsForgotten: readonly ForgottenCard[];
  /** What else could not be put back, and stays off until an operator has done the remedy. */
  readonly losses: readonly Loss[];
  /** Sealing keys whose use count was lost: they count as half used up, and are due. */
  readonly sealingKeys: readonly string[];
  /** The checkpoint that replaces the kept one; null if that is still valid. */
  readonly checkpoint: string | null;
}

/**
 * After the restore of an older backup: puts the lost lines back, sets tries to the higher value of the card's row and
 * the trail, and puts back everything else that the lines record. A card is locked if its PIN was changed since, and
 * closed if it was closed. If lines are lost, their tries and removals are unknown: every card with a PIN is locked,
 * clients need new secrets, endpoints are paused. Runs as the schema's owner, while the service refuses requests.
 *
 * @throws Error when the export does not lead to the kept checkpoint, or there is nothing to reconcile; then nothing is
 * changed
 */
export async function reconcileTrail(owner: DataSource, request: ReconcileRequest): Promise<Reconciled> {
  if (request.dryRun !== true) return await owner.transaction((manager) => reconcileIn(manager, request));
  const runner = owner.createQueryRunner();
  await runner.connect();
  await runner.startTransaction();
  try {
    return await reconcileIn(runner.manager, request);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

async function reconcileIn(manager: EntityManager, request: ReconcileRequest): Promise<Reconciled> {
  const { kept, actor, restLost = false, powersStand = false } = request;
  const checkpoint = kept === null ? null : openNote(kept.note, kept.origin, kept.keys);
  // 1. No replica seals meanwhile.
  await manager.query(
    "SELECT pg_advisory_xact_lock(hashtext('pinward audit sealer')), pg_advisory_xact_lock(hashtext('pinward audit heads'))",
  );
  const size = await new AuditTree(manager).size();
  // 2. The lost lines, or their loss; new lines follow them.
  const restored = await bringBack(manager, request, { checkpoint, size });
  const whole = restored.holds && !restLost;
  if (whole && restored.lines === 0 && (await isOwnCluster(manager)))
    throw new Error(
      'the database is the one that the kept checkpoint belongs to: there is nothing to reconcile',
    );
  await continueIds(manager);
  // 3. Cards, by the higher value; then everything else that was lost: put back, or switched off.
  const known = restored.holds ? await correctCards(manager, actor, size) : { corrected: 0, forgotten: [] };
  const locked = whole ? 0 : await lockAll(manager, actor);
  const losses = [
    ...(restored.lines > 0 ? await applyTold(manager, size) : []),
    ...(whole || powersStand ? [] : await switchOff(manager)),
  ];
  const sealingKeys = whole && restored.lines === 0 ? [] : await raiseForgottenSeals(manager);
  // 4. Transactions continue after the present lines.
  await adoptCluster(manager);
  const cardsCorrected = known.corrected + locked;
  await record(manager, actor, {
    result: whole ? 'restored' : 'lines-lost',
    details: {
      keptSize: checkpoint?.size ?? 0,
      size,
      restoredLines: restored.lines,
      cardsCorrected,
      powersStand,
      cardsLost: known.forgotten.length,
      losses: losses.length,
    },
  });
  return {
    restoredLines: restored.lines,
    cardsCorrected,
    cardsForgotten: known.forgotten,
    losses,
    sealingKeys,
    checkpoint: whole ? null : await checkpointFromHere(manager, restored.holds ? kept : null),
  };
}

/** @returns how many lines, and whether the trail now has the checkpoint's root */
async function bringBack(
  manager: EntityManager,
  { exported }: ReconcileRequest,
  { checkpoint, size }: { readonly checkpoint: Checkpoint | null; readonly size: number },
): Promise<{ readonly lines: number; readonly holds: boolean }> {
  if (checkpoint === null) return { lines: 0, holds: false };
  const lines =
    exported === null ? 0 : await restoreLines(manager, exported, { from: size, to: checkpoint.size });
  if (exported !== null && size + lines < checkpoint.size)
    throw new Error(`the export ends before leaf ${checkpoint.size - 1}`);
  await manager.query('UPDATE audit_sealing SET tree_size = $1', [size + lines]);
  const holds =
    size + lines >= checkpoint.size &&
    (await new AuditTree(manager).range(0, checkpoint.size)).equals(checkpoint.root);
  if (exported !== null && !holds)
    throw new Error('the lines do not lead to the kept checkpoint: another trail, or one that was changed');
  return { lines, holds };
}

/** The checkpoint that replaces the kept one: the lines' own, or the newest of the backup; '' if there is none. */
async function checkpointFromHere(manager: EntityManager, kept: KeptNote | null): Promise<string> {
  return kept?.note ?? (await newestHead(manager))?.note ?? '';
}

async function record(
  manager: EntityManager,
  actor: Actor,
  { result, details }: Pick<AuditLine, 'result'> & { readonly details: NonNullable<AuditLine['details']> },
): Promise<void> {
  const effect = { action: 'audit.reconcile', result, cardId: null, eventNo: null, details };
  await appendAudit(manager, [{ ...actor, ...effect }]);
}

async function continueIds(manager: EntityManager): Promise<void> {
  await manager.query(
    `SELECT setval(pg_get_serial_sequence('audit_events', 'audit_id'),
                   (SELECT greatest(max(audit_id), (SELECT max(audit_id) FROM audit_leaves), 1) FROM audit_events))`,
  );
}

/**
 * Lines without a leaf count as written by this transaction. Its own snapshot does not list this transaction as under
 * way, so a later snapshot would regard it as ended before. Here it is listed.
 */
const SNAPSHOT_BEFORE_THIS = `
SELECT format('%s:%s:%s', pg_snapshot_xmin(seen), pg_snapshot_xmax(seen),
              (SELECT string_agg(id::text, ',' ORDER BY id)
                 FROM (SELECT pg_snapshot_xip(seen) UNION SELECT own WHERE own < pg_snapshot_xmax(seen)) AS under_way (id))
             )::pg_snapshot
  FROM (SELECT pg_current_snapshot(), pg_current_xact_id()) AS now (seen, own)`;

/** In a new cluster transaction ids begin anew: sealed lines get the oldest id, the others that of this transaction. */
async function adoptCluster(manager: EntityManager): Promise<void> {
  if (await isOwnCluster(manager)) return;
  await manager.query(
    `UPDATE audit_events e SET xid = CASE WHEN ${HAS_LEAF} THEN '3'::xid8 ELSE pg_current_xact_id() END`,
  );
  await manager.query(
    `UPDATE audit_sealing SET snapshot = (${SNAPSHOT_BEFORE_THIS}),
            cluster = (SELECT system_identifier FROM pg_control_system())`,
  );
}
