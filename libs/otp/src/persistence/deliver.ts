import type { DataSource } from 'typeorm';
import { inTransaction, OutboxEventEntity } from '#libs/database';
import { SealBroken, type PinHsm, type Sealed } from '#libs/hsm';
import { SecretText } from '#libs/secret-text';
import { codeAssociatedData, type OtpPurpose } from '../one-time-code.js';

/** A code on its way to the cardholder. */
export interface OtpDelivery {
  readonly otpId: string;
  readonly cardId: string;
  readonly purpose: OtpPurpose;
  readonly code: SecretText;
}

const AT_A_TIME = 100;

/**
 * Delivers the codes that wait, and erases them. A code that cannot be opened is erased alone, so it does not hold up
 * the others. Replicas share the work.
 *
 * @returns how many were finished
 */
export async function deliverOtps(
  dataSource: DataSource,
  hsm: PinHsm,
  deliver: (delivery: OtpDelivery) => Promise<void>,
): Promise<number> {
  return await inTransaction(dataSource, async (manager) => {
    const waiting = await manager
      .createQueryBuilder(OutboxEventEntity, 'event')
      .setLock('for_no_key_update')
      .setOnLocked('skip_locked')
      .where("event.type = 'otp.issued' AND event.sealed IS NOT NULL")
      .andWhere('event.expires_at > clock_timestamp()')
      .orderBy('event.id')
      .limit(AT_A_TIME)
      .getMany();
    for (const event of waiting) {
      const { tenantId, id } = event;
      const delivery = await openDelivery(hsm, event).catch(nullIfBroken);
      if (delivery !== null) await deliver(delivery);
      await manager.update(OutboxEventEntity, { tenantId, id }, { sealed: null });
    }
    return waiting.length;
  });
}

async function openDelivery(hsm: PinHsm, event: OutboxEventEntity): Promise<OtpDelivery> {
  const { tenantId, sealed: bytes, sealedGeneration: generation, sealedFor: otpId } = event;
  if (bytes === null || generation === null || otpId === null) throw new Error('the event has no code');
  const { cardId, purpose } = JSON.parse(event.data) as Omit<OtpDelivery, 'code'>;
  return { otpId, cardId, purpose, code: await openCode(hsm, { generation, bytes }, { tenantId, otpId }) };
}

/**
 * The code of an otp.issued event. @throws HsmFault; SealBroken when it is not the code that was sealed for this event
 */
export async function openCode(
  hsm: PinHsm,
  sealed: Sealed,
  password: { readonly tenantId: string; readonly otpId: string },
): Promise<SecretText> {
  const code = await hsm.open('secrets', sealed, codeAssociatedData(password));
  return new SecretText(code.toString('ascii'));
}

function nullIfBroken(fault: unknown): null {
  if (fault instanceof SealBroken) return null;
  throw fault;
}
