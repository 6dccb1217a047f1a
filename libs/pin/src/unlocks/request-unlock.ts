import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { UnlockApprovalEntity } from '#libs/database';
import { maskPanLike } from '#libs/pan-mask';
import { COMMAND_LINE_PERSONS, storedBody, type Answered, type RequestContext } from '#libs/requests';
import { onceOnCard } from '../pins/try-counter/claims.js';
import type { PinPolicy } from '../policy.js';
import { lockedCard } from './locked-card.js';
import { recordStep } from './unlock-approvals.js';

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

/**
 * The first of two persons asks for an unlock; the card does not change. A second request for the same lock gets the
 * approval that waits already.
 */
export class RequestUnlock {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /** @throws PinwardError as lockedCard does */
  async execute({ context, cardId, reason }: RequestUnlockRequest): Promise<Answered<UnlockRequested>> {
    const card = { tenantId: context.tenantId, cardId };
    const call = { action: 'pin.unlock-requested', cardId };
    return await onceOnCard(this.dataSource, this.policy, context, call, async (manager) => {
      const { eventNo } = await lockedCard(manager, this.policy, card);
      const waiting = await waitingFor(manager, { ...card, cardEventNo: eventNo });
      const approval =
        waiting ??
        (await insert(manager, context, { ...card, cardEventNo: eventNo, reason: maskPanLike(reason) }));
      const { approvalId, expiresAt } = approval;
      const answer = storedBody({ approvalId, expiresAt: expiresAt.toISOString() });
      await recordStep(manager, context, approval, 'requested');
      return { answer: { ...answer, accepted: true } };
    });
  }
}

type OfLock = Pick<UnlockApprovalEntity, 'tenantId' | 'cardId' | 'cardEventNo'>;

/** The approval that waits for this same lock. */
async function waitingFor(manager: EntityManager, lock: OfLock): Promise<UnlockApprovalEntity | null> {
  await lapse(manager, lock);
  const { tenantId, cardId } = lock;
  return await manager.findOneBy(UnlockApprovalEntity, { tenantId, cardId, status: 'pending' });
}

/** Ends approvals of this card that have expired or can no longer be approved, to make room for a new one. */
async function lapse(manager: EntityManager, card: OfLock): Promise<void> {
  await manager.query(
    `UPDATE unlock_approvals SET status = 'lapsed', decided_at = clock_timestamp()
      WHERE tenant_id = $1 AND card_id = $2 AND status = 'pending'
        AND (expires_at <= clock_timestamp() OR card_event_no <> $3 OR starts_with(requested_by, $4))`,
    [card.tenantId, card.cardId, card.cardEventNo, COMMAND_LINE_PERSONS],
  );
}

async function insert(
  manager: EntityManager,
  { clientId, issuer, subject: requestedBy }: RequestContext,
  asked: OfLock & { readonly reason: string },
): Promise<UnlockApprovalEntity> {
  const { tenantId } = asked;
  const approvalId = randomUUID();
  await manager.insert(UnlockApprovalEntity, {
    ...asked,
    approvalId,
    status: 'pending' as const,
    requestedBy,
    requestedThrough: clientId,
    requestedIssuer: issuer ?? null,
  });
  return await manager.findOneByOrFail(UnlockApprovalEntity, { tenantId, approvalId });
}
