import { answered, storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { ApprovalStore, DecideResult } from '../ports/approval-store.js';
import { approvalError } from './approval-outcomes.js';
import type { PinUnlocked } from './unlock-pin.js';

export interface DecideUnlockRequest {
  readonly context: RequestContext;
  readonly approvalId: string;
}

export interface UnlockRejected {
  readonly status: 'rejected';
}

/** The second person decides; persons are compared, not clients. */
export class DecideUnlock {
  constructor(private readonly approvals: ApprovalStore) {}

  async approve({ context, approvalId }: DecideUnlockRequest): Promise<Answered<PinUnlocked>> {
    const answer = storedBody({ pinStatus: 'active' });
    return outcomeOf(await this.approvals.approve({ context, approvalId, answer }), answer);
  }

  async reject({ context, approvalId }: DecideUnlockRequest): Promise<Answered<UnlockRejected>> {
    const answer = storedBody({ status: 'rejected' });
    return outcomeOf(await this.approvals.reject({ context, approvalId, answer }), answer);
  }
}

function outcomeOf<Body>(result: DecideResult, answer: ReturnType<typeof storedBody>): Answered<Body> {
  if (result.outcome === 'decided') return answered(answer, { replayed: false });
  if (result.outcome === 'answered') return answered(result.answer);
  throw approvalError(result);
}
