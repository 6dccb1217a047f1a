import type { Preview } from './decide-incident.js';
import type { Incident, IncidentCard } from './incident.js';

/** An incident as operators see it. Nothing is secret; cards are masked. Members without a value are left out. */

export function listedIncidentView(incident: Incident) {
  const { incidentId, state, filter, reason, openedBy, openedAt, expiresAt, startedAt, endedAt } = incident;
  const { cardsHash, requestedBy, approvedBy, approvalId, waitsFor, endedBy, endReason } = incident;
  return {
    incidentId,
    state,
    filter,
    reason,
    openedBy,
    openedAt: openedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...given({ cardsHash, requestedBy, approvedBy, approvalId, waitsFor, endedBy, endReason }),
    ...given({ startedAt: startedAt?.toISOString() ?? null, endedAt: endedAt?.toISOString() ?? null }),
  };
}

export type IncidentView = ReturnType<typeof incidentView>;

export function incidentView({ incident, counts, sample }: Preview) {
  return {
    ...listedIncidentView(incident),
    searched: { until: incident.searchedUntil.toISOString(), end: incident.searchEnd.toISOString() },
    counts,
    sample: sample.map((card) => incidentCardView(card)),
  };
}

export function incidentCardView({ maskedPan, cause, decidedAt, ...card }: IncidentCard) {
  return { ...card, ...given({ maskedPan, cause }), decidedAt: decidedAt.toISOString() };
}

function given(members: Readonly<Record<string, string | null>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
