import type { EntityManager } from 'typeorm';
import { isUuid } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { pageOf, readCursor, readTimePlace, timePlace, type Page } from '#libs/requests';
import type {
  CardOutcome,
  Incident,
  IncidentCard,
  IncidentCounts,
  IncidentFilter,
  IncidentState,
  KeptOutCause,
} from './incident.js';

const COLUMNS = `tenant_id AS "tenantId", incident_id AS "incidentId", state, filter, reason, opened_by AS "openedBy",
  opened_at AS "openedAt", expires_at AS "expiresAt", searched_until AS "searchedUntil", search_end AS "searchEnd",
  encode(cards_hash, 'hex') AS "cardsHash", requested_by AS "requestedBy", requested_through AS "requestedThrough",
  approved_by AS "approvedBy", approval_id AS "approvalId", started_at AS "startedAt", waits_for AS "waitsFor",
  ended_by AS "endedBy", ended_at AS "endedAt", end_reason AS "endReason"`;

type Row = Omit<Incident, 'filter'> & { readonly filter: string };

export interface Key {
  readonly tenantId: string;
  readonly incidentId: string;
}

/** @throws PinwardError INCIDENT_NOT_FOUND, also for another tenant's */
export async function readIncident(manager: EntityManager, key: Key, lock = ''): Promise<Incident> {
  const rows = isUuid(key.incidentId)
    ? await manager.query<Row[]>(
        `SELECT ${COLUMNS} FROM incidents WHERE tenant_id = $1 AND incident_id = $2 ${lock}`,
        [key.tenantId, key.incidentId],
      )
    : [];
  const [row] = rows;
  if (row === undefined) throw new PinwardError('INCIDENT_NOT_FOUND');
  return toIncident(row);
}

/** Until the transaction ends, no other takes a step of it. @throws PinwardError INCIDENT_NOT_FOUND */
export async function lockIncident(manager: EntityManager, key: Key): Promise<Incident> {
  return await readIncident(manager, key, 'FOR NO KEY UPDATE');
}

/**
 * The incident whose turn it is, locked; null when there is none, or another process is at it. Of one tenant's
 * restorations only the one that was decided first has a turn.
 */
export async function lockNext(manager: EntityManager): Promise<Incident | null> {
  const [row] = await manager.query<Row[]>(
    `SELECT ${COLUMNS} FROM incidents i
      WHERE state IN ('searching', 'running') AND next_step_at <= clock_timestamp()
        AND (state = 'searching'
             OR NOT EXISTS (SELECT FROM incidents o
                             WHERE o.state = 'running' AND o.tenant_id = i.tenant_id
                               AND (o.started_at, o.incident_id) < (i.started_at, i.incident_id)))
      ORDER BY next_step_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
  );
  return row === undefined ? null : toIncident(row);
}

export interface IncidentsAsked {
  readonly state?: IncidentState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export async function findIncidents(
  manager: EntityManager,
  tenantId: string,
  { state, limit, cursor }: IncidentsAsked,
): Promise<Page<Incident>> {
  const [at, id] = readTimePlace(cursor);
  const rows = await manager.query<(Row & { place: string })[]>(
    `SELECT ${COLUMNS}, ${timePlace('opened_at', 'incident_id')} AS place
       FROM incidents
      WHERE tenant_id = $1 AND ($2::text IS NULL OR state = $2)
        AND ($3::timestamptz IS NULL OR (opened_at, incident_id) < ($3, $4::uuid))
      ORDER BY opened_at DESC, incident_id DESC LIMIT $5`,
    [tenantId, state ?? null, at, id, limit + 1],
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ place }) => place);
  return { items: items.map((row) => toIncident(row)), nextCursor };
}

export async function countCards(manager: EntityManager, key: Key): Promise<IncidentCounts> {
  const rows = await manager.query<
    { outcome: CardOutcome; cause: KeptOutCause | null; cards: number; taken: number }[]
  >(
    `SELECT outcome, cause, count(*)::integer AS cards, sum(failures_taken_back)::integer AS taken
       FROM incident_cards WHERE tenant_id = $1 AND incident_id = $2 GROUP BY outcome, cause`,
    [key.tenantId, key.incidentId],
  );
  const of = (outcome: CardOutcome) => rows.filter((row) => row.outcome === outcome);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    planned: sum(of('planned').map(({ cards }) => cards)),
    restored: sum(of('restored').map(({ cards }) => cards)),
    keptOut: sum(of('kept-out').map(({ cards }) => cards)),
    failuresTakenBack: sum(of('restored').map(({ taken }) => taken)),
    causes: Object.fromEntries(of('kept-out').map(({ cause, cards }) => [String(cause), cards])),
  };
}

export interface CardsAsked {
  readonly outcome?: CardOutcome | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** In the order of their ids. @throws PinwardError REQUEST_INVALID for a cursor that is none of ours */
export async function findIncidentCards(
  manager: EntityManager,
  key: Key,
  { outcome, limit, cursor }: CardsAsked,
): Promise<Page<IncidentCard>> {
  const rows = await manager.query<IncidentCard[]>(
    `SELECT k.card_id AS "cardId", c.card_ref AS "cardRef", 'XXXX' || c.pan_last4 AS "maskedPan", k.outcome, k.cause,
            k.card_event_no::text AS "eventNo", k.failures,
            CASE k.outcome WHEN 'kept-out' THEN 0 ELSE k.failures_taken_back END AS "failuresTakenBack",
            k.decided_at AS "decidedAt"
       FROM incident_cards k JOIN cards c ON c.tenant_id = k.tenant_id AND c.card_id = k.card_id
      WHERE k.tenant_id = $1 AND k.incident_id = $2 AND ($3::text IS NULL OR k.outcome = $3)
        AND ($4::uuid IS NULL OR k.card_id > $4)
      ORDER BY k.card_id LIMIT $5`,
    [
      key.tenantId,
      key.incidentId,
      outcome ?? null,
      cursor === undefined ? null : readCursor(cursor, isUuid),
      limit + 1,
    ],
  );
  return pageOf(rows, limit, ({ cardId }) => cardId);
}

function toIncident({ filter, ...row }: Row): Incident {
  return { ...row, filter: JSON.parse(filter) as IncidentFilter };
}
