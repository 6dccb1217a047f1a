import type { EntityManager } from 'typeorm';
import { findBrake } from '#libs/requests';
import { countCards } from './find-incidents.js';
import type { Incident, KeptOutCause } from './incident.js';
import { appendWorkerLines, countDetails, personsDetails } from './trail.js';

/** One step: so many cards, then a pause, so that other work and other tenants' events go between. */
const CARDS_AT_ONCE = 100;
const PAUSE_MS = 400;
const PAUSE_STOPPED_MS = 5_000;

/** A card's limits, for rows that name none of their own. */
export interface Limits {
  readonly maxTries: number;
  readonly maxFailures: number;
}

interface Restored {
  readonly card_id: string;
  readonly event_no: string;
  readonly taken_back: number;
  readonly in_a_row: number;
}

/** One step of a restoration, in the caller's transaction, which holds the incident. */
export async function restoreCards(
  manager: EntityManager,
  incident: Incident,
  limits: Limits,
): Promise<void> {
  // 1. Operators may have stopped unlocks, or who asked; no brake can be pulled until this step ends.
  await manager.query('SELECT pinward_hold_brakes()');
  const { tenantId, requestedThrough } = incident;
  const by = { tenantId, clientId: requestedThrough ?? '', operation: 'pin.unlock', cardId: null } as const;
  if ((await findBrake(manager, by)) !== null) return await wait(manager, incident, 'brake');
  // 2. The next cards. One that another transaction is writing is left for the next step.
  const cards = await lockCards(manager, incident);
  // 3. Each is looked at again under its lock. What has changed since the preview is kept out.
  const unchanged = await keepOut(manager, incident, cards, limits);
  // 4. The others get their tries back, and the failures of the filter are taken back.
  const restored = await restore(manager, incident, unchanged);
  await record(manager, incident, restored, limits);
  // 5. The next step, or the end.
  const counts = await countCards(manager, incident);
  if (counts.planned > 0) return await wait(manager, incident, null);
  await manager.query(
    `UPDATE incidents SET state = 'done', waits_for = NULL, ended_at = clock_timestamp()
      WHERE tenant_id = $1 AND incident_id = $2`,
    [tenantId, incident.incidentId],
  );
  const details = { incidentId: incident.incidentId, ...personsDetails(incident), ...countDetails(counts) };
  const line = { action: 'incident.end', result: 'done', cardId: null, eventNo: null, details };
  await appendWorkerLines(manager, incident, [line]);
}

/** The incident's next step comes later. */
export async function wait(
  manager: EntityManager,
  { tenantId, incidentId }: Incident,
  waitsFor: Incident['waitsFor'],
): Promise<void> {
  await manager.query(
    `UPDATE incidents SET waits_for = $3, next_step_at = clock_timestamp() + $4 * interval '1 millisecond'
      WHERE tenant_id = $1 AND incident_id = $2`,
    [tenantId, incidentId, waitsFor, waitsFor === null ? PAUSE_MS : PAUSE_STOPPED_MS],
  );
}

async function lockCards(manager: EntityManager, { tenantId, incidentId }: Incident): Promise<string[]> {
  const rows = await manager.query<{ card_id: string }[]>(
    `SELECT c.card_id FROM cards c
      WHERE c.tenant_id = $1 AND c.card_id = ANY (ARRAY(
        SELECT k.card_id FROM incident_cards k
         WHERE k.tenant_id = $1 AND k.incident_id = $2 AND k.outcome = 'planned' ORDER BY k.card_id LIMIT $3))
      ORDER BY c.card_id
        FOR NO KEY UPDATE SKIP LOCKED`,
    [tenantId, incidentId, CARDS_AT_ONCE],
  );
  return rows.map(({ card_id: cardId }) => cardId);
}

/** As the search judges, by the card as it is now; the order is that of KEPT_OUT_CAUSES. */
const CHANGED = `CASE
  WHEN c.pin_status = 'closed' THEN 'closed'
  WHEN c.pin_status <> 'locked' THEN 'already-unlocked'
  WHEN c.event_no <> k.card_event_no OR c.evaluation_id IS NOT NULL THEN 'changed'
  WHEN pinward_codes_guessed(c.tenant_id, c.card_id, $5) THEN 'suspicion'
  WHEN k.taken_back_in_a_row > $4 THEN 'restored-before'
  WHEN c.failures_without_success - k.failures_taken_back >= $4 OR pinward_verifier_given_up(c.verifier_generation)
    THEN 'reset-required'
  WHEN pinward_is_frozen(c.tenant_id, c.card_id) THEN 'frozen'
END`;

/** @returns the others */
async function keepOut(
  manager: EntityManager,
  { tenantId, incidentId, filter }: Incident,
  cards: readonly string[],
  { maxFailures }: Limits,
): Promise<readonly string[]> {
  const judged = await manager.query<{ card_id: string; cause: KeptOutCause | null }[]>(
    `SELECT c.card_id, ${CHANGED} AS cause
       FROM incident_cards k JOIN cards c ON c.tenant_id = $1 AND c.card_id = k.card_id
      WHERE k.tenant_id = $1 AND k.incident_id = $2 AND k.card_id = ANY ($3)`,
    [tenantId, incidentId, cards, maxFailures, filter.triedFrom],
  );
  const changed = judged.filter(({ cause }) => cause !== null);
  await manager.query(
    `UPDATE incident_cards AS k SET outcome = 'kept-out', cause = j.cause, decided_at = clock_timestamp()
       FROM unnest($3::uuid[], $4::text[]) AS j (card_id, cause)
      WHERE k.tenant_id = $1 AND k.incident_id = $2 AND k.card_id = j.card_id`,
    [tenantId, incidentId, changed.map(({ card_id: cardId }) => cardId), changed.map(({ cause }) => cause)],
  );
  return judged.filter(({ cause }) => cause === null).map(({ card_id: cardId }) => cardId);
}

async function restore(
  manager: EntityManager,
  incident: Incident,
  cards: readonly string[],
): Promise<readonly Restored[]> {
  const { tenantId, incidentId, requestedBy, approvedBy, reason } = incident;
  const by = [requestedBy, approvedBy].filter((person) => person !== null).join(', ');
  const [restored] = await manager.query<[Restored[], number]>(
    `UPDATE cards AS c
        SET pin_status = 'active', tries_spent = 0, failures_without_success = c.failures_without_success - k.failures_taken_back,
            locked_at = NULL, last_unlock_at = clock_timestamp(), last_unlock_by = $4, last_unlock_reason = $5,
            event_no = c.event_no + 1
       FROM incident_cards k
      WHERE k.tenant_id = $1 AND k.incident_id = $2 AND k.card_id = ANY ($3) AND k.outcome = 'planned'
        AND c.tenant_id = $1 AND c.card_id = ANY ($3) AND c.card_id = k.card_id
        AND c.event_no = k.card_event_no AND c.pin_status = 'locked'
     RETURNING c.card_id, c.event_no::text, k.failures_taken_back AS taken_back, k.taken_back_in_a_row AS in_a_row`,
    [tenantId, incidentId, cards, by, reason],
  );
  await manager.query(
    `UPDATE incident_cards SET outcome = 'restored', decided_at = clock_timestamp()
      WHERE tenant_id = $1 AND incident_id = $2 AND card_id = ANY ($3)`,
    [tenantId, incidentId, restored.map(({ card_id: cardId }) => cardId)],
  );
  return restored;
}

/** A line and an event for each, as of a single unlock. */
async function record(
  manager: EntityManager,
  incident: Incident,
  restored: readonly Restored[],
  { maxTries }: Limits,
): Promise<void> {
  const { tenantId, incidentId, reason } = incident;
  await appendWorkerLines(
    manager,
    incident,
    restored.map(({ card_id: cardId, event_no: eventNo, taken_back: taken, in_a_row: takenBackInARow }) => ({
      action: 'pin.restore',
      result: 'restored',
      cardId,
      eventNo,
      details: { incidentId, reason, failuresTakenBack: taken, takenBackInARow },
    })),
  );
  await manager.query(
    `SELECT pinward_emit_card_event('pin.unlocked', c, coalesce(t.pin_max_tries, $3), $4)
       FROM cards c LEFT JOIN tenants t USING (tenant_id)
      WHERE c.tenant_id = $1 AND c.card_id = ANY ($2) ORDER BY c.card_id`,
    [tenantId, restored.map(({ card_id: cardId }) => cardId), maxTries, incidentId],
  );
}
