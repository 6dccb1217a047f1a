import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { isUuid, OneTimePasswordEntity } from '#libs/database';
import type { Mac } from '#libs/hsm';
import {
  storedProblem,
  type ClaimRefusal,
  type RequestContext,
  type StoredAnswer,
  isUnderWay,
  judgeClaim,
  readClaim,
  recordEffect,
  refuseBraked,
  storeAnswer,
} from '#libs/requests';
import type { OtpBinding } from '../one-time-code.js';

const ACTION = 'otp.check';
/** What a code is for. Where an operator has stopped that operation, no guess at the code is taken. */
const OPERATIONS = {
  'pin-set': 'pin.set',
  'pin-change': 'pin.change',
  'pin-reset': 'pin.reset',
  'card-reveal': 'card.reveal',
} as const;
/** So many wrong codes end a one-time password. */
const WRONG_CODES_AT_MOST = 3;

export type JudgedOtp =
  /** `under-way`: this same request has claimed its id already, which only the right code allows. */
  | { readonly outcome: 'right' | 'under-way' }
  /** `compared` with a live one's: then it is a wrong code. Without a live one nothing was guessed at. */
  | { readonly outcome: 'rejected'; readonly answer: StoredAnswer; readonly compared: boolean }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | ClaimRefusal;

/** The generation of the key that made its HMAC; undefined for a one-time password that is unknown or not live. */
export async function macGenerationOf(
  manager: EntityManager,
  { tenantId, otpId }: OtpBinding,
): Promise<number | undefined> {
  if (!isUuid(otpId)) return undefined;
  const otp = await manager.findOneBy(OneTimePasswordEntity, { tenantId, otpId });
  // A one-time password that has ended is never compared, and its key may be gone.
  return otp?.status === 'live' ? otp.macGeneration : undefined;
}

/**
 * The row is locked: of many tries at once each is counted, and none is compared after the last. A code is compared
 * only if the try is counted. So a claimed request id decides first, and the refusal is written before the code is
 * looked at. Only the right code takes the refusal back.
 */
export async function judgeOtp(
  manager: EntityManager,
  {
    context,
    binding,
    mac,
  }: { readonly context: RequestContext; readonly binding: OtpBinding; readonly mac: Mac },
): Promise<JudgedOtp> {
  const { purpose, cardId } = binding;
  await refuseBraked(manager, { ...context, operation: OPERATIONS[purpose], cardId });
  const otp = await lockLive(manager, binding);
  const stored = await readClaim(manager, context);
  if (stored !== null && isUnderWay(stored, context.claim)) return { outcome: 'under-way' };
  const claim = judgeClaim(stored, context.claim);
  if (claim.outcome !== 'new') return claim;
  await manager.query('SAVEPOINT before_refusal');
  const answer = await refuse(manager, { context, binding, otp });
  if (otp === null) return { outcome: 'rejected', answer, compared: false };
  if (!timingSafeEqual(otp.mac, mac.value)) return { outcome: 'rejected', answer, compared: true };
  await manager.query('ROLLBACK TO SAVEPOINT before_refusal');
  return { outcome: 'right' };
}

/**
 * Counts the try, claims the request id and writes the audit line, as for a wrong code. Another claim of the id is a
 * conflict here.
 */
async function refuse(
  manager: EntityManager,
  {
    context,
    binding: { cardId, purpose },
    otp,
  }: {
    readonly context: RequestContext;
    readonly binding: OtpBinding;
    readonly otp: OneTimePasswordEntity | null;
  },
): Promise<StoredAnswer> {
  const attemptsRemaining = otp === null ? 0 : await countWrongCode(manager, otp);
  const answer = storedProblem('OTP_REJECTED', { attemptsRemaining });
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  const details = { purpose, attemptsRemaining: String(attemptsRemaining) };
  const effect = { action: ACTION, result: 'rejected', cardId, eventNo: null, details };
  await recordEffect(manager, context, effect);
  return answer;
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
