import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { findClaim, isUuid, OneTimePasswordEntity, recordEffect, storeAnswer } from '#libs/database';
import type { Mac } from '#libs/hsm';
import { storedProblem, type ClaimRefusal, type RequestContext, type StoredAnswer } from '#libs/requests';
import type { OtpBinding } from '../one-time-code.js';

const ACTION = 'otp.check';
/** Wrong codes that end a one-time password. */
const WRONG_CODES_AT_MOST = 3;

export type JudgedOtp =
  | { readonly outcome: 'right' }
  | { readonly outcome: 'rejected' | 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

/** The generation its HMAC was made under; undefined for one that is not known. */
export async function macGenerationOf(
  manager: EntityManager,
  { tenantId, otpId }: OtpBinding,
): Promise<number | undefined> {
  if (!isUuid(otpId)) return undefined;
  const otp = await manager.findOneBy(OneTimePasswordEntity, { tenantId, otpId });
  return otp?.macGeneration;
}

/**
 * The row is locked: of many tries at once each is counted, and none is compared after the last. The request id is asked
 * for a wrong code alone: a right one says nothing yet, and the same request may be under way in another process.
 */
export async function judgeOtp(
  manager: EntityManager,
  {
    context,
    binding,
    mac,
  }: { readonly context: RequestContext; readonly binding: OtpBinding; readonly mac: Mac },
): Promise<JudgedOtp> {
  const otp = await lockLive(manager, binding);
  if (otp !== null && timingSafeEqual(otp.mac, mac.value)) return { outcome: 'right' };
  const claim = await findClaim(manager, context);
  if (claim.outcome !== 'new') return claim;
  const attemptsRemaining = otp === null ? 0 : await countWrongCode(manager, otp);
  const { cardId, purpose } = binding;
  const answer = storedProblem('OTP_REJECTED', { attemptsRemaining });
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  const details = { purpose, attemptsRemaining: String(attemptsRemaining) };
  await recordEffect(manager, context, {
    action: ACTION,
    result: 'rejected',
    cardId,
    eventNo: null,
    details,
  });
  return { outcome: 'rejected', answer };
}

async function lockLive(
  manager: EntityManager,
  { tenantId, otpId, cardId, purpose }: OtpBinding,
): Promise<OneTimePasswordEntity | null> {
  if (!isUuid(otpId)) return null;
  return await manager
    .createQueryBuilder(OneTimePasswordEntity, 'otp')
    .setLock('for_no_key_update')
    .where({ tenantId, otpId, cardId, purpose, status: 'live' })
    .andWhere('otp.expires_at > clock_timestamp()')
    .getOne();
}

async function countWrongCode(
  manager: EntityManager,
  { tenantId, otpId, wrongCodes: before }: OneTimePasswordEntity,
): Promise<number> {
  const wrongCodes = before + 1;
  const ended = wrongCodes >= WRONG_CODES_AT_MOST;
  await manager.update(
    OneTimePasswordEntity,
    { tenantId, otpId },
    { wrongCodes, ...(ended ? { status: 'exhausted', endedAt: () => 'clock_timestamp()' } : {}) },
  );
  return WRONG_CODES_AT_MOST - wrongCodes;
}
