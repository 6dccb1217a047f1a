import type { EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import { recordEffect, refuseBraked, type RequestContext } from '#libs/requests';
import { countCards, findIncidentCards, lockIncident, readIncident, type Key } from './find-incidents.js';
import type { Incident, IncidentCard, IncidentCounts } from './incident.js';
import { countDetails, filterDetails, personsDetails } from './trail.js';

/** Cards that a preview shows. */
const SAMPLE = 10;

export interface Preview {
  readonly incident: Incident;
  readonly counts: IncidentCounts;
  /** The first of the cards that would be restored, or that were. */
  readonly sample: readonly IncidentCard[];
}

/** @throws PinwardError INCIDENT_NOT_FOUND */
export async function readPreview(manager: EntityManager, key: Key): Promise<Preview> {
  const incident = await readIncident(manager, key);
  const counts = await countCards(manager, key);
  const outcome = counts.planned > 0 ? 'planned' : 'restored';
  const { items: sample } = await findIncidentCards(manager, key, { outcome, limit: SAMPLE });
  return { incident, counts, sample };
}

/**
 * What could be decided on now.
 *
 * @throws PinwardError INCIDENT_NOT_FOUND, INCIDENT_NOT_READY while its cards are being found, INCIDENT_CLOSED, also
 * when there is no card to restore
 */
export async function previewToDecide(manager: EntityManager, key: Key): Promise<Preview> {
  const preview = await readPreview(manager, key);
  refuseClosed(preview);
  return preview;
}

export interface Decided {
  readonly requestedBy: string;
  readonly requestedThrough: string;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
  /** Of the preview that was agreed to; null for one person, who decides on what is there. */
  readonly cardsHash: string | null;
}

/** From here on the work restores the cards of the preview, when the incident's turn comes. @throws as previewToDecide */
export async function startRestoration(
  manager: EntityManager,
  context: RequestContext,
  key: Key,
  decided: Decided,
): Promise<Preview> {
  // 1. Unlocks are not stopped, and the incident is as it was agreed to.
  await refuseBraked(manager, { ...context, operation: 'pin.unlock', cardId: null });
  await lockIncident(manager, key);
  const { incident, counts } = await previewToDecide(manager, key);
  if (decided.cardsHash !== null && decided.cardsHash !== incident.cardsHash)
    throw new PinwardError('INCIDENT_CLOSED');
  // 2. Who is responsible.
  const { requestedBy, requestedThrough, approvedBy, approvalId } = decided;
  const [, affected] = await manager.query<[unknown[], number]>(
    `UPDATE incidents SET state = 'running', requested_by = $3, requested_through = $4, approved_by = $5, approval_id = $6,
            started_at = clock_timestamp(), next_step_at = clock_timestamp()
      WHERE tenant_id = $1 AND incident_id = $2 AND expires_at > clock_timestamp()`,
    [key.tenantId, key.incidentId, requestedBy, requestedThrough, approvedBy, approvalId],
  );
  if (affected !== 1) throw new PinwardError('INCIDENT_CLOSED');
  const started = await readPreview(manager, key);
  const details = {
    incidentId: key.incidentId,
    reason: incident.reason,
    ...filterDetails(incident.filter),
    ...personsDetails(started.incident),
    cardsHash: incident.cardsHash ?? '',
    ...countDetails(counts),
  };
  const line = { action: 'incident.start', result: 'started', cardId: null, eventNo: null, details };
  await recordEffect(manager, context, line);
  return started;
}

/** No further card is restored; those that were stay so. @throws PinwardError INCIDENT_NOT_FOUND, INCIDENT_CLOSED */
export async function cancelIncident(
  manager: EntityManager,
  context: RequestContext,
  key: Key,
  given: string,
): Promise<Preview> {
  const { state } = await lockIncident(manager, key);
  if (!['searching', 'previewed', 'running'].includes(state)) throw new PinwardError('INCIDENT_CLOSED');
  const reason = maskPanLike(given);
  await manager.query(
    `UPDATE incidents SET state = 'cancelled', waits_for = NULL, ended_by = $3, ended_at = clock_timestamp(), end_reason = $4
      WHERE tenant_id = $1 AND incident_id = $2`,
    [key.tenantId, key.incidentId, context.subject, reason],
  );
  const preview = await readPreview(manager, key);
  const details = { incidentId: key.incidentId, reason, ...countDetails(preview.counts) };
  const line = { action: 'incident.cancel', result: 'cancelled', cardId: null, eventNo: null, details };
  await recordEffect(manager, context, line);
  return preview;
}

function refuseClosed({ incident, counts }: Preview): void {
  if (incident.state === 'searching')
    throw new PinwardError('INCIDENT_NOT_READY', {}, { retryAfterSeconds: 2 });
  if (incident.state !== 'previewed' || counts.planned === 0) throw new PinwardError('INCIDENT_CLOSED');
}
