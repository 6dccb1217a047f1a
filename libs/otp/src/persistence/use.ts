import type { EntityManager } from 'typeorm';
import { OneTimePasswordEntity } from '#libs/database';
import type { OtpBinding } from '../one-time-code.js';
import { eraseSealedCodes } from './issue.js';

/**
 * Uses a one-time password up, in the transaction of the operation that it allows.
 *
 * @returns false when it is not live any more: then the operation must not happen
 */
export async function useOtp(
  manager: EntityManager,
  { tenantId, cardId, purpose, otpId }: OtpBinding,
): Promise<boolean> {
  const { affected } = await manager
    .createQueryBuilder()
    .update(OneTimePasswordEntity)
    .set({ status: 'used', endedAt: () => 'clock_timestamp()' })
    .where({ tenantId, cardId, purpose, otpId, status: 'live' })
    .andWhere('expires_at > clock_timestamp()')
    .execute();
  return affected === 1;
}

/** Whether it may still be used; it stays as it is. For answers that are given only with a live one. */
export async function otpIsLive(manager: EntityManager, binding: OtpBinding): Promise<boolean> {
  const { tenantId, cardId, purpose, otpId } = binding;
  return await manager
    .createQueryBuilder(OneTimePasswordEntity, 'otp')
    .where({ tenantId, cardId, purpose, otpId, status: 'live' })
    .andWhere('otp.expires_at > clock_timestamp()')
    .getExists();
}

/** For a card that is closed: its one-time passwords are erased. */
export async function eraseOtps(
  manager: EntityManager,
  card: { readonly tenantId: string; readonly cardId: string },
): Promise<void> {
  const { tenantId, cardId } = card;
  const otps = await manager.findBy(OneTimePasswordEntity, { tenantId, cardId });
  await eraseSealedCodes(manager, { tenantId, otpIds: otps.map(({ otpId }) => otpId) });
  await manager.delete(OneTimePasswordEntity, { tenantId, cardId });
}
