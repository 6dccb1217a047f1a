import type { EntityManager } from 'typeorm';
import { lockCard, OneTimePasswordEntity, OutboxEventEntity } from '#libs/database';
import { limitReached, PinwardError } from '#libs/errors';
import type { Mac, Sealed } from '#libs/hsm';
import { storedBody, type Done, type RequestContext, type StoredAnswer } from '#libs/requests';
import type { OtpPolicy } from '../policy.js';
import type { OtpBinding } from '../one-time-code.js';

export interface NewOtp {
  readonly context: RequestContext;
  readonly binding: OtpBinding;
  readonly mac: Mac;
  readonly sealed: Sealed;
}

/**
 * The card stays locked meanwhile, so no other one-time password is issued between counting and superseding.
 *
 * @throws PinwardError CARD_NOT_FOUND, CARD_CLOSED, OPERATION_RATE_LIMITED
 */
export async function issueOtp(
  manager: EntityManager,
  policy: OtpPolicy,
  { context, binding, mac, sealed }: NewOtp,
): Promise<Done & { readonly answer: StoredAnswer }> {
  const { tenantId, cardId, purpose, otpId } = binding;
  const card = await lockCard(manager, binding);
  if (card === null) throw new PinwardError('CARD_NOT_FOUND');
  if (card.isClosed) throw new PinwardError('CARD_CLOSED');
  const wait = await secondsToWait(manager, policy, binding);
  if (wait !== null) throw limitReached('card-otp', wait);

  await supersede(manager, binding);
  const expiresAt = (await insert(manager, binding, mac)).toISOString();
  await manager.insert(OutboxEventEntity, {
    tenantId,
    type: 'otp.issued',
    cardId,
    eventNo: null,
    expiresAt,
    data: JSON.stringify({
      ...card.eventMembers,
      otpId,
      purpose,
      expiresAt,
      requestId: context.requestId,
    }),
    sealed: sealed.bytes,
    sealedGeneration: sealed.generation,
    sealedFor: otpId,
  });
  return {
    answer: { ...storedBody({ otpId, expiresAt }), accepted: true },
    line: { result: 'issued', details: { otpId, purpose } },
  };
}

/** Until the oldest one of the last hour no longer counts; null while there are fewer than the limit. */
async function secondsToWait(
  manager: EntityManager,
  { issuedPerCardAndHour }: OtpPolicy,
  { tenantId, cardId }: OtpBinding,
): Promise<number | null> {
  const [row] = await manager.query<{ issued: number; left: number | null }[]>(
    `SELECT count(*)::int AS issued,
            extract(epoch FROM min(issued_at) + interval '1 hour' - clock_timestamp())::float8 AS left
       FROM one_time_passwords
      WHERE tenant_id = $1 AND card_id = $2 AND issued_at > clock_timestamp() - interval '1 hour'`,
    [tenantId, cardId],
  );
  if (row === undefined || row.issued < issuedPerCardAndHour) return null;
  return Math.max(1, Math.ceil(row.left ?? 0));
}

/** Ends the live one of this card and purpose, and erases its code if that still waits. */
async function supersede(manager: EntityManager, { tenantId, cardId, purpose }: OtpBinding): Promise<void> {
  const live = { tenantId, cardId, purpose, status: 'live' } as const;
  const earlier = await manager.findOneBy(OneTimePasswordEntity, live);
  if (earlier === null) return;
  const { otpId } = earlier;
  const ended = { status: 'superseded', endedAt: () => 'clock_timestamp()' } as const;
  await manager.update(OneTimePasswordEntity, { tenantId, otpId }, ended);
  await eraseSealedCodes(manager, { tenantId, otpIds: [otpId] });
}

/** Erases codes that are no longer needed from the outbox. */
export async function eraseSealedCodes(
  manager: EntityManager,
  { tenantId, otpIds }: { readonly tenantId: string; readonly otpIds: readonly string[] },
): Promise<void> {
  await manager.query(
    `UPDATE outbox_events SET sealed = NULL
      WHERE sealed IS NOT NULL AND tenant_id = $1 AND sealed_for = ANY ($2::uuid[])`,
    [tenantId, otpIds],
  );
}

/** Its life is five minutes of the database's clock. */
async function insert(manager: EntityManager, binding: OtpBinding, mac: Mac): Promise<Date> {
  const [row] = await manager.query<{ expires_at: Date }[]>(
    `INSERT INTO one_time_passwords (tenant_id, otp_id, card_id, purpose, mac, mac_generation, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + interval '5 minutes') RETURNING expires_at`,
    [binding.tenantId, binding.otpId, binding.cardId, binding.purpose, mac.value, mac.generation],
  );
  if (row === undefined) throw new Error('the insert returned no row');
  return row.expires_at;
}
