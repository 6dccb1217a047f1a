import { body, operation, outcome } from '../backend/calls/operation.js';
import type { ApprovalRequested, Page, PageOf } from '../backend/contract/lists.js';
import type { Because } from './cards.js';

export type IncidentState = 'searching' | 'previewed' | 'running' | 'done' | 'cancelled' | 'lapsed';
export type IncidentCardOutcome = 'planned' | 'restored' | 'kept-out';
/** Why a card is kept out (docs/incidents.md). */
export type KeptOutCause =
  | 'closed'
  | 'already-unlocked'
  | 'changed'
  | 'history-incomplete'
  | 'other-lock'
  | 'suspicion'
  | 'other-tries'
  | 'restored-before'
  | 'reset-required'
  | 'frozen';

/** Which cards: those that such tries have locked. A client or addresses are required. Times are RFC 3339 in UTC. */
export interface IncidentFilter {
  readonly triedFrom: string;
  /** Without this moment; past, and 7 days later at most. */
  readonly triedTo: string;
  readonly lockedFrom?: string | undefined;
  readonly lockedTo?: string | undefined;
  readonly clientId?: string | undefined;
  /** In CIDR notation. */
  readonly sourceAddresses?: readonly string[] | undefined;
}

export interface OpenIncident extends Because {
  readonly filter: IncidentFilter;
}

export interface IncidentCard {
  readonly cardId: string;
  readonly cardRef: string;
  readonly maskedPan?: string | undefined;
  readonly outcome: IncidentCardOutcome;
  readonly cause?: KeptOutCause | undefined;
  readonly eventNo: string;
  readonly failures: number;
  readonly failuresTakenBack: number;
  readonly decidedAt: string;
}

/** Cards that one bad release has locked. Members without a value are absent. */
export interface ListedIncident {
  readonly incidentId: string;
  readonly state: IncidentState;
  readonly filter: IncidentFilter;
  readonly reason: string;
  readonly openedBy: string;
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly cardsHash?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly approvedBy?: string | undefined;
  readonly approvalId?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly waitsFor?: 'brake' | 'audit-trail' | undefined;
  readonly endedBy?: string | undefined;
  readonly endedAt?: string | undefined;
  readonly endReason?: string | undefined;
}

export interface Incident extends ListedIncident {
  readonly searched: { readonly until: string; readonly end: string };
  readonly counts: {
    readonly planned: number;
    readonly restored: number;
    readonly keptOut: number;
    readonly failuresTakenBack: number;
    readonly causes: { readonly [Cause in KeptOutCause]?: number };
  };
  readonly sample: readonly IncidentCard[];
}

export interface IncidentReport {
  /** A signed note, as `pinctl incidents verify-report` reads it. */
  readonly report: string;
  readonly verifierKeys: readonly string[];
}

/** With the scope `ops:incidents`; reading also with `ops:read`. */
export const INCIDENT_OPERATIONS = {
  /** Changes nothing. While its state is `searching`, read it until the preview is complete. */
  openIncident: operation<OpenIncident>()('POST /v1/admin/incidents', { answers: { 201: body<Incident> } }),
  listIncidents: operation<PageOf & { readonly state?: IncidentState }>()('GET /v1/admin/incidents', {
    answers: { 200: body<Page<ListedIncident>> },
  }),
  /** @throws PinwardError INCIDENT_NOT_FOUND */
  readIncident: operation()('GET /v1/admin/incidents/{incidentId}', { answers: { 200: body<Incident> } }),
  listIncidentCards: operation<PageOf & { readonly outcome?: IncidentCardOutcome }>()(
    'GET /v1/admin/incidents/{incidentId}/cards',
    { answers: { 200: body<Page<IncidentCard>> } },
  ),
  /**
   * Restores the cards of the preview, or asks a second person to.
   *
   * @throws PinwardError INCIDENT_NOT_READY, INCIDENT_CLOSED
   */
  restoreIncident: operation()('POST /v1/admin/incidents/{incidentId}/restore', {
    answers: {
      200: outcome('STARTED', body<Incident>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** No further card is restored. @throws PinwardError INCIDENT_CLOSED */
  cancelIncident: operation<Because>()('POST /v1/admin/incidents/{incidentId}/cancel', {
    answers: { 200: body<Incident> },
  }),
  /** Once it has ended. @throws PinwardError INCIDENT_NOT_READY */
  incidentReport: operation()('GET /v1/admin/incidents/{incidentId}/report', {
    answers: { 200: body<IncidentReport> },
  }),
};
