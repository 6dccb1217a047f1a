import type { EntityManager } from 'typeorm';
import { findClaim, OutboxEventEntity, recordEffect, storeAnswer } from '#libs/database';
import { useOtp, type OtpBinding } from '#libs/otp';
import type { ClaimRefusal, RequestContext, StoredAnswer } from '#libs/requests';

const ACTION = 'card.reveal';

export type RevealResult =
  | { readonly outcome: 'recorded' | 'rejected' | 'card-closed' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

interface CardRow {
  card_ref: string;
  pan_last4: string;
  pin_status: string;
}

/** One-time password, request id, audit and event of a reveal. The card's row is locked against its being closed. */
export async function recordReveal(
  manager: EntityManager,
  { context, binding }: { readonly context: RequestContext; readonly binding: OtpBinding },
): Promise<RevealResult> {
  const { tenantId, cardId, otpId } = binding;
  const claim = await findClaim(manager, context);
  if (claim.outcome !== 'new') return claim;
  const [card] = await manager.query<CardRow[]>(
    'SELECT card_ref, pan_last4, pin_status FROM cards WHERE tenant_id = $1 AND card_id = $2 FOR NO KEY UPDATE',
    [tenantId, cardId],
  );
  if (card === undefined || card.pin_status === 'closed') return { outcome: 'card-closed' };
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
      ...{ cardId, cardRef: card.card_ref, maskedPan: `XXXX${card.pan_last4}` },
      requestId: context.requestId,
    }),
  });
  return { outcome: 'recorded' };
}
