import type { DataSource } from 'typeorm';
import { lockPending, refuseApprover } from '#libs/approvals';
import { UnlockApprovalEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  COMMAND_LINE_PERSONS,
  once,
  refuseBraked,
  storedBody,
  type Answered,
  type RequestContext,
} from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import { liftLock, lockedCard } from './locked-card.js';
import { decide, recordStep } from './unlock-approvals.js';
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
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /**
   * Unlocks the card if it is as it was when the approval was asked for.
   *
   * @throws PinwardError APPROVAL_NOT_FOUND, APPROVAL_CLOSED, SAME_OPERATOR, APPROVER_NOT_ACCEPTED, and as lockedCard
   * does
   */
  async approve({ context, approvalId }: DecideUnlockRequest): Promise<Answered<PinUnlocked>> {
    return await once(this.dataSource, context, { action: 'pin.unlock-approved' }, async (manager) => {
      // 1. Who decides, and on which approval.
      const approval = await lockPending(manager, UnlockApprovalEntity, context, approvalId);
      // A command-line login may belong to the person who approves: only persons named by tokens can be compared.
      if (approval.requestedBy.startsWith(COMMAND_LINE_PERSONS)) throw new PinwardError('APPROVAL_CLOSED');
      await refuseApprover(manager, context, approval);
      // 2. The card must still be as it was when the first person looked at it: a later lock is another lock.
      const { tenantId, cardId, requestedBy, reason } = approval;
      await refuseBraked(manager, { ...context, operation: 'pin.unlock', cardId });
      const row = await lockedCard(manager, this.policy, { tenantId, cardId });
      if (row.eventNo !== approval.cardEventNo) throw new PinwardError('APPROVAL_CLOSED');
      // 3. Both persons are recorded.
      await decide(manager, context, { approval, status: 'approved' });
      await recordStep(manager, context, approval, 'approved');
      const by = `${requestedBy}, ${context.subject}`;
      await liftLock(manager, this.policy, { context, row, by, reason });
      return { cardId, answer: storedBody({ pinStatus: 'active' }) };
    });
  }

  /**
   * The person who asked may also reject: that withdraws the approval. @throws PinwardError APPROVAL_NOT_FOUND,
   * APPROVAL_CLOSED
   */
  async reject({ context, approvalId }: DecideUnlockRequest): Promise<Answered<UnlockRejected>> {
    return await once(this.dataSource, context, { action: 'pin.unlock-rejected' }, async (manager) => {
      const approval = await lockPending(manager, UnlockApprovalEntity, context, approvalId);
      await decide(manager, context, { approval, status: 'rejected' });
      await recordStep(manager, context, approval, 'rejected');
      return { cardId: approval.cardId, answer: storedBody({ status: 'rejected' }) };
    });
  }
}
