import type { EntityManager } from 'typeorm';
import { LINE_OF_LEAF, VERIFIER_HASH } from '../persistence/sql.js';
import type { Actor } from './expire-month.js';
import { appendAudit } from '#libs/requests';

/** What the lines from this leaf on record of each card. */
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

/** More than any limit of failures: after an unlock by an operator the card still needs a new PIN. */
const RESET_REQUIRED = 1_000;

/**
 * Sets tries to the higher value of the card's row and the lines from this leaf on. A card that is missing in the
 * database gets a line that records its loss (verify-cards.ts).
 */
export async function correctCards(
  manager: EntityManager,
  actor: Actor,
  from: number,
): Promise<{ corrected: number; forgotten: readonly ForgottenCard[] }> {
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
  for (const table of ['card_data', 'pin_history', 'one_time_passwords', 'chip_commands']) {
    await manager.query(
      `DELETE FROM ${table} d USING cards c WHERE c.tenant_id = d.tenant_id AND c.card_id = d.card_id AND c.pin_status = 'closed'`,
    );
  }
  await recordCards(manager, actor, cards);
  const forgotten = await manager.query<ForgottenCard[]>(FORGOTTEN, [from]);
  await recordLostCards(manager, actor, forgotten);
  return { corrected: cards.length, forgotten };
}

export interface ForgottenCard {
  readonly tenantId: string;
  readonly cardId: string;
}

const FORGOTTEN = `${AUDITED} SELECT tenant_id AS "tenantId", card_id AS "cardId" FROM audited a
  WHERE NOT EXISTS (SELECT FROM cards c WHERE c.tenant_id = a.tenant_id AND c.card_id = a.card_id)
  ORDER BY 1, 2`;

/** Action of the line by which an operator acknowledges that a card is lost. */
const LOST_ACTION = 'card.lost';

export async function recordLostCards(
  manager: EntityManager,
  actor: Actor,
  cards: readonly ForgottenCard[],
  details: Readonly<Record<string, string>> = {},
): Promise<void> {
  const lines = cards.map(({ tenantId, cardId }) => ({
    ...actor,
    tenantId,
    cardId,
    eventNo: null,
    action: LOST_ACTION,
    result: 'acknowledged',
    details,
  }));
  if (lines.length > 0) await appendAudit(manager, lines);
}

/** For unknown tries: locks every card with a PIN. */
export async function lockAll(manager: EntityManager, actor: Actor): Promise<number> {
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
    tenantId,
    cardId,
    eventNo,
    action: 'card.reconcile',
    result: 'corrected',
  }));
  if (lines.length > 0) await appendAudit(manager, lines);
}
