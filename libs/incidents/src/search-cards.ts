import type { EntityManager } from 'typeorm';
import { windowsOf } from './filter.js';
import { countCards, readIncident } from './find-incidents.js';
import { CARDS_AT_MOST, type Incident } from './incident.js';
import { appendWorkerLines, countDetails } from './trail.js';

/** Locks that one step judges. */
const LOCKS_AT_ONCE = 1_000;

/** One step of the search, in the caller's transaction, which holds the incident. */
export async function searchCards(
  manager: EntityManager,
  incident: Incident,
  maxFailures: number,
): Promise<void> {
  const { tenantId, incidentId, filter } = incident;
  const { triedFrom, triedTo, lockedFrom, lockedTo } = windowsOf(filter);
  await manager.query('SELECT pinward_find_incident_cards($1, $2, $3, $4, $5, $6, $7, $8::cidr[], $9, $10)', [
    ...[tenantId, incidentId, triedFrom, triedTo, lockedFrom, lockedTo],
    filter.clientId ?? null,
    filter.sourceAddresses ?? null,
    ...[maxFailures, LOCKS_AT_ONCE],
  ]);
  const [{ over, cards } = { over: false, cards: 0 }] = await manager.query<
    { over: boolean; cards: number }[]
  >(
    `SELECT i.searched_until >= i.search_end AS over,
            (SELECT count(*)::integer FROM incident_cards k
              WHERE k.tenant_id = i.tenant_id AND k.incident_id = i.incident_id) AS cards
       FROM incidents i WHERE i.tenant_id = $1 AND i.incident_id = $2`,
    [tenantId, incidentId],
  );
  if (cards > CARDS_AT_MOST) await giveUp(manager, incident);
  else if (over) await fix(manager, incident);
}

/** What the approver agrees to: these cards, as they are now, and what each gets back. */
async function fix(manager: EntityManager, incident: Incident): Promise<void> {
  await manager.query(
    `UPDATE incidents SET state = 'previewed', cards_hash = (
       SELECT sha256(convert_to(coalesce(string_agg(
                k.card_id || ' ' || k.card_event_no || ' ' || k.failures_taken_back || E'\\n', '' ORDER BY k.card_id), ''), 'UTF8'))
         FROM incident_cards k WHERE k.tenant_id = $1 AND k.incident_id = $2 AND k.outcome = 'planned')
      WHERE tenant_id = $1 AND incident_id = $2`,
    [incident.tenantId, incident.incidentId],
  );
  const { cardsHash } = await readIncident(manager, incident);
  const counts = await countCards(manager, incident);
  const details = { incidentId: incident.incidentId, cardsHash: cardsHash ?? '', ...countDetails(counts) };
  const line = { action: 'incident.preview', result: 'previewed', cardId: null, eventNo: null, details };
  await appendWorkerLines(manager, incident, [line]);
}

async function giveUp(manager: EntityManager, incident: Incident): Promise<void> {
  const { tenantId, incidentId } = incident;
  const reason = `more than ${CARDS_AT_MOST} cards: narrow the filter`;
  await manager.query('DELETE FROM incident_cards WHERE tenant_id = $1 AND incident_id = $2', [
    tenantId,
    incidentId,
  ]);
  await manager.query(
    `UPDATE incidents SET state = 'cancelled', ended_at = clock_timestamp(), end_reason = $3
      WHERE tenant_id = $1 AND incident_id = $2`,
    [tenantId, incidentId, reason],
  );
  const line = { action: 'incident.cancel', result: 'cancelled', cardId: null, eventNo: null };
  await appendWorkerLines(manager, incident, [{ ...line, details: { incidentId, reason } }]);
}
