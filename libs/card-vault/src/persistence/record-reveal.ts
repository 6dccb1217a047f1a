import type { EntityManager } from 'typeorm';
import { lockCard, OutboxEventEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { useOtp, type OtpBinding } from '#libs/otp';
import type { RequestContext } from '#libs/requests';

/**
 * Uses the one-time password up and writes the event of a reveal. The card's row is locked, so the card cannot be
 * closed meanwhile.
 *
 * @throws PinwardError CARD_CLOSED, OTP_REJECTED
 */
export async function recordReveal(
  manager: EntityManager,
  { requestId }: RequestContext,
  binding: OtpBinding,
): Promise<void> {
  const { tenantId, cardId } = binding;
  const card = await lockCard(manager, binding);
  if (card === null || card.isClosed) throw new PinwardError('CARD_CLOSED');
  if (!(await useOtp(manager, binding))) throw new PinwardError('OTP_REJECTED', { attemptsRemaining: 0 });
  await manager.insert(OutboxEventEntity, {
    tenantId,
    type: 'card.revealed',
    cardId,
    eventNo: null,
    data: JSON.stringify({ ...card.eventMembers, requestId }),
  });
}
