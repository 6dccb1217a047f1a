import type { EntityManager } from 'typeorm';
import { lockCard, OutboxEventEntity } from '#libs/database';
import { useOtp, type OtpBinding } from '#libs/otp';
import {
  type ClaimRefusal,
  type RequestContext,
  type StoredAnswer,
  findClaim,
  recordEffect,
  refuseBraked,
  storeAnswer,
} from '#libs/requests';

const ACTION = 'card.reveal' as const;

export type RevealResult =
  | { readonly outcome: 'recorded' | 'rejected' | 'card-closed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

/** One-time password, request id, audit and event of a reveal. The card's row is locked against its being closed. */
export async function recordReveal(
  manager: EntityManager,
  { context, binding }: { readonly context: RequestContext; readonly binding: OtpBinding },
): Promise<RevealResult> {
  const { tenantId, cardId, otpId } = binding;
  await refuseBraked(manager, { ...context, operation: ACTION, cardId });
  const claim = await findClaim(manager, context);
  if (claim.outcome !== 'new') return claim;
  const card = await lockCard(manager, binding);
  if (card === null || card.isClosed) return { outcome: 'card-closed' };
  if (!(await useOtp(manager, binding))) return { outcome: 'rejected' };
  await storeAnswer(manager, context, { action: ACTION, cardId, answer: null });
  const details = { otpId };
  await recordEffect(manager, context, {
    action: ACTION,
    result: 'revealed',
    cardId,
    eventNo: null,
    details,
  });
  await manager.insert(OutboxEventEntity, {
    ...{ tenantId, type: 'card.revealed', cardId, eventNo: null },
    data: JSON.stringify({
      ...card.eventMembers,
      requestId: context.requestId,
    }),
  });
  return { outcome: 'recorded' };
}
