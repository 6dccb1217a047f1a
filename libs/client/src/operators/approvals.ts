import type { ApiClientWithSecret } from '../backend/contract/api-clients.js';
import { body, operation } from '../backend/calls/operation.js';
import type { Page, PageOf } from '../backend/contract/lists.js';
import type { WebhookEndpointWithSecret } from '../backend/contract/webhook-endpoints.js';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';
export type ApprovalKind =
  | 'unlock'
  | 'client-create'
  | 'client-rotate-secret'
  | 'client-rotate-keys'
  | 'client-change'
  | 'demand-change'
  | 'webhook-create'
  | 'webhook-rotate-secret'
  | 'policy-change'
  | 'brake-release'
  | 'incident-restore';

/** What takes two persons (docs/http-api.md). Times are RFC 3339 in UTC; members without a value are absent. */
export interface Approval {
  readonly approvalId: string;
  readonly kind: ApprovalKind;
  readonly status: ApprovalStatus;
  readonly reason?: string | undefined;
  readonly requestedBy: string;
  readonly requestedThrough?: string | undefined;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decidedBy?: string | undefined;
  readonly decidedAt?: string | undefined;
  /** Of an unlock. */
  readonly cardId?: string | undefined;
  /** The whole of what will be carried out; nothing in it is secret. */
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  /** Whether its secret was shown. */
  readonly collected?: boolean | undefined;
}

/** An unlock has lifted its lock; all else is carried out or waits to be collected. */
export type Approved =
  | { readonly pinStatus: 'active' }
  | { readonly approvalId?: string | undefined; readonly status: 'approved' };

/** With the scope that the request itself takes. */
export const APPROVAL_OPERATIONS = {
  listApprovals: operation<PageOf & { readonly status?: ApprovalStatus }>()('GET /v1/admin/approvals', {
    answers: { 200: body<Page<Approval>> },
  }),
  /** @throws PinwardError APPROVAL_NOT_FOUND */
  readApproval: operation()('GET /v1/admin/approvals/{approvalId}', { answers: { 200: body<Approval> } }),
  /** @throws PinwardError SAME_OPERATOR, APPROVER_NOT_ACCEPTED, APPROVAL_CLOSED */
  approve: operation()('POST /v1/admin/approvals/{approvalId}/approve', { answers: { 200: body<Approved> } }),
  /** Also by who asked, which withdraws it. @throws PinwardError APPROVAL_CLOSED */
  reject: operation()('POST /v1/admin/approvals/{approvalId}/reject', {
    answers: { 200: body<{ readonly approvalId?: string | undefined; readonly status: 'rejected' }> },
  }),
  /**
   * The secret that came of it: once, by who asked, within 24 hours of the approval.
   *
   * @throws PinwardError NOT_THE_REQUESTER, NOTHING_TO_COLLECT
   */
  collect: operation()('POST /v1/admin/approvals/{approvalId}/collect', {
    answers: { 201: body<ApiClientWithSecret | WebhookEndpointWithSecret> },
  }),
};
