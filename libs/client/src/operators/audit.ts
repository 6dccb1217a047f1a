import { body, operation } from '../backend/calls/operation.js';
import type { Page, PageOf } from '../backend/contract/lists.js';

/** A sealed event of the tenant (docs/audit.md). Hashes are base64. */
export interface AuditEvent {
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What events have to have; each member narrows. */
export interface AuditFilter {
  readonly cardId?: string | undefined;
  /** e.g. `pin.validate` */
  readonly action?: string | undefined;
  readonly clientId?: string | undefined;
  /** The person, or for a program its client id. */
  readonly subject?: string | undefined;
  readonly requestId?: string | undefined;
  /** RFC 3339: events of this time and later. */
  readonly from?: string | undefined;
  /** Events before this time. */
  readonly to?: string | undefined;
}

/** A page may be short or empty before the end: go on while there is a `nextCursor`, as `allItems` does. */
export interface AuditEvents extends Page<AuditEvent> {
  /** Time of the last event that this page has looked at; null when there was none. */
  readonly searchedTo: string | null;
}

/** The newest signed tree head. */
export interface AuditCheckpoint {
  /** A signed note, as `pinctl audit verify` reads it. */
  readonly checkpoint: string;
  readonly treeSize: number;
  readonly rootHash: string;
  readonly verifierKeys: readonly string[];
}

export interface InclusionProof {
  readonly leafIndex: number;
  readonly treeSize: number;
  /** What the leaf hashes. */
  readonly entry: string;
  readonly leafHash: string;
  readonly proof: readonly string[];
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly proof: readonly string[];
}

/** With the scope `audit:read`. Tree sizes are the newest unless given. */
export const AUDIT_OPERATIONS = {
  listAuditEvents: operation<PageOf & AuditFilter>()('GET /v1/admin/audit', {
    answers: { 200: body<AuditEvents> },
  }),
  auditCheckpoint: operation()('GET /v1/admin/audit/checkpoint', { answers: { 200: body<AuditCheckpoint> } }),
  /** @throws PinwardError AUDIT_EVENT_NOT_FOUND, also for another tenant's and for one that is not sealed yet */
  inclusionProof: operation<{ readonly leafIndex: number; readonly treeSize?: number }>()(
    'GET /v1/admin/audit/inclusion-proof',
    { answers: { 200: body<InclusionProof> } },
  ),
  /** Between two tree sizes. */
  consistencyProof: operation<{ readonly from: number; readonly to?: number }>()(
    'GET /v1/admin/audit/consistency-proof',
    { answers: { 200: body<ConsistencyProof> } },
  ),
};
