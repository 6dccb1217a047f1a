import type { ClaimRefusal, RequestContext, StoredAnswer } from '#libs/requests';
import type { UnlockResult } from './pin-store.js';

export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';

/** An unlock that one person has asked for and another is to decide on. */
export interface UnlockApproval {
  readonly approvalId: string;
  readonly cardId: string;
  readonly status: ApprovalStatus;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

type Repeated = ClaimRefusal | { readonly outcome: 'answered'; readonly answer: StoredAnswer };
type NotLocked = Exclude<UnlockResult, { readonly outcome: 'unlocked' | 'answered' } | ClaimRefusal>;

export type RequestUnlockResult =
  { readonly outcome: 'requested'; readonly approval: UnlockApproval } | NotLocked | Repeated;

export type DecideResult =
  | { readonly outcome: 'decided' }
  | { readonly outcome: 'unknown-approval' }
  /** It was decided before, has expired, or the card has been unlocked since: also a later lock is not meant. */
  | { readonly outcome: 'approval-closed' }
  | { readonly outcome: 'same-operator' }
  /** Another person by name, but not as far as the records tell; why is one of the contract's words. */
  | { readonly outcome: 'approver-not-accepted'; readonly reason: string }
  | NotLocked
  | Repeated;

export interface DecideRequest {
  readonly context: RequestContext;
  readonly approvalId: string;
  readonly answer: StoredAnswer;
}

/** Unlocks in two steps. Each call is one transaction, with its audit row and request id. */
export abstract class ApprovalStore {
  /** @param request.answerOf what the caller is answered, and a repeated request again */
  abstract request(request: {
    readonly context: RequestContext;
    readonly cardId: string;
    readonly reason: string;
    readonly answerOf: (approval: UnlockApproval) => StoredAnswer;
  }): Promise<RequestUnlockResult>;

  /** Unlocks the card as it was when the approval was asked for. */
  abstract approve(request: DecideRequest): Promise<DecideResult>;

  abstract reject(request: DecideRequest): Promise<DecideResult>;

  /** The one that waits for a decision about this card; null when there is none. */
  abstract findPending(tenantId: string, cardId: string): Promise<UnlockApproval | null>;
}
