import { body, operation, outcome } from '../backend/calls/operation.js';
import type { ApprovalRequested, Page } from '../backend/contract/lists.js';
import type { Because } from './cards.js';

/** What protects cards and power, for all tenants (docs/operations.md). */
export interface Policy {
  readonly approvals: number;
  readonly pinMaxTries: number;
  readonly pinMaxFailuresWithoutSuccess: number;
  readonly pinHistoryLength: number;
  /** Whether a first PIN takes a one-time password. */
  readonly pinSetOtp: boolean;
  readonly pinEvaluationWindowMs: number;
  readonly clientSecretOverlapHours: number;
  readonly clientSecretMaxAgeDays: number;
  readonly clientSecretRefuseOld: boolean;
  /** Whether an alarm of guessing pauses the PIN calls of its client. */
  readonly alarmPause: boolean;
  /** So many wrong PINs of a client in five minutes are never an alarm. */
  readonly alarmFloor: number;
  /** Sorted, each once. No secrets: the list that ships is published. */
  readonly weakPins: readonly string[];
}

export interface PolicyStep {
  readonly version: number;
  readonly setBy: string;
  readonly setThrough: string;
  readonly reason: string;
  readonly setAt: string;
}

export interface PolicyVersion extends PolicyStep {
  /** Members of later versions of the service come along. */
  readonly policy: Policy;
}

export interface PolicyHistory extends PolicyVersion {
  /** Newest first, with what each changed. */
  readonly history: readonly (PolicyStep & {
    readonly changes?: Readonly<Record<string, string>> | undefined;
  })[];
}

export type BrakeKind = 'client' | 'client-pins' | 'card' | 'operation' | 'everything';

/** Something that operators have stopped. */
export interface Brake {
  readonly brakeId: string;
  readonly kind: BrakeKind;
  readonly target: string;
  readonly allTenants: boolean;
  readonly reason: string;
  readonly pulledBy: string;
  readonly pulledThrough: string;
  readonly pulledAt: string;
}

export interface PullBrake extends Because {
  readonly kind: BrakeKind;
  /** A client id, a card id or "pin.validate" and the like; none for "everything". */
  readonly target?: string;
}

export const POLICY_OPERATIONS = {
  readPolicy: operation()('GET /v1/admin/policy', { answers: { 200: body<PolicyHistory> } }),
  /** The members that shall be others. @throws PinwardError REQUEST_INVALID also for a policy that is as it was */
  changePolicy: operation<Partial<Policy> & Because>()('POST /v1/admin/policy', {
    answers: {
      200: outcome('CHANGED', body<PolicyVersion>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  listBrakes: operation()('GET /v1/admin/brakes', { answers: { 200: body<Page<Brake>> } }),
  /** Stops a client, a card, an operation or everything, at once and by one person. */
  pullBrake: operation<PullBrake>()('POST /v1/admin/brakes', { answers: { 200: body<Brake> } }),
  /** Lets it go on. @throws PinwardError BRAKE_NOT_FOUND */
  releaseBrake: operation<Because>()('POST /v1/admin/brakes/{brakeId}/release', {
    answers: {
      200: outcome('RELEASED', body<Brake>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
};
