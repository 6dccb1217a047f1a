import { answered, storedBody, type Answered, type RequestContext } from '#libs/requests';
import { maskPanLike } from '#libs/pan-mask';
import type { ApprovalStore, UnlockApproval } from '../ports/approval-store.js';
import { approvalError } from './approval-outcomes.js';

export interface RequestUnlockRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** 5 to 200 characters. */
  readonly reason: string;
}

export interface UnlockRequested {
  readonly approvalId: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

/** The first of two persons asks for an unlock; nothing changes on the card. */
export class RequestUnlock {
  constructor(private readonly approvals: ApprovalStore) {}

  async execute({ context, cardId, reason }: RequestUnlockRequest): Promise<Answered<UnlockRequested>> {
    const request = { context, cardId, reason: maskPanLike(reason), answerOf };
    const result = await this.approvals.request(request);
    if (result.outcome === 'requested') return answered(answerOf(result.approval), { replayed: false });
    if (result.outcome === 'answered') return answered(result.answer);
    throw approvalError(result);
  }
}

function answerOf({ approvalId, expiresAt }: UnlockApproval) {
  return { ...storedBody({ approvalId, expiresAt: expiresAt.toISOString() }), accepted: true } as const;
}
