import type { EntityManager } from 'typeorm';
import { CardEntity, PinEnvelopeEntity, PinHistoryEntity } from '#libs/database';
import type { PinVerifier } from '#libs/hsm';
import { otpIsLive, useOtp } from '#libs/otp';
import { recordEffect, refuseBraked, storeAnswer } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { ResetRecord, ResetResult } from '../ports/pin-store.js';
import { verifierMacDetails, verifierPlace } from './attestations.js';
import { emitCardEvent } from './card-events.js';
import { repeatedEnrolment } from './enrolment.js';
import { nextEventNo } from './parameters.js';
import { inFlight } from './unlock.js';

const ACTION = 'pin.reset' as const;

/** What a reset has come to. The envelope has been opened, and is used; the one-time password where that told something. */
export async function recordReset(
  manager: EntityManager,
  policy: PinPolicy,
  record: ResetRecord,
): Promise<ResetResult> {
  const { context, cardId, envelope, result, answer, otpId } = record;
  const { tenantId } = context;
  // 0. Nobody has stopped it, and nobody does until this is done.
  await refuseBraked(manager, { ...context, operation: ACTION, cardId });
  // 1. A concurrent request with the same id may have been faster; so may an evaluation.
  const repeated = await repeatedEnrolment(manager, policy, record);
  if (repeated !== null) return repeated;
  // Locked before the one-time password, as everywhere.
  const lock = { mode: 'for_no_key_update' } as const;
  const row = await manager.findOne(CardEntity, { where: { tenantId, cardId }, lock });
  if (row === null) return { outcome: 'card-changed' };
  if (row.evaluationId !== null) return (await inFlight(manager, row, policy)) ?? { outcome: 'card-changed' };
  if (row.eventNo !== record.expectedEventNo) return { outcome: 'card-changed' };
  // 2. The one-time password, without which nothing is told about the new PIN; then the card.
  const enrolled = result.outcome === 'enrolled';
  const usesItUp = enrolled || result.refusal === 'PIN_REUSED';
  const otp = { tenantId, cardId, purpose: 'pin-reset', otpId } as const;
  const live = usesItUp ? await useOtp(manager, otp) : await otpIsLive(manager, otp);
  if (!live) return { outcome: 'otp-rejected' };
  if (enrolled) await replace(manager, policy, row, result.verifier);
  // 3. What goes with it.
  await manager.insert(PinEnvelopeEntity, { tenantId, ...envelope });
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  await recordEffect(manager, context, {
    action: ACTION,
    result: result.outcome,
    cardId,
    eventNo: enrolled ? nextEventNo(row.eventNo) : null,
    details: enrolled
      ? { otpId, ...verifierMacDetails(result.verifier) }
      : { otpId, refusal: result.refusal },
  });
  if (enrolled) await emitCardEvent(manager, policy, context, { type: 'pin.reset', cardId });
  return { outcome: 'recorded' };
}

async function replace(
  manager: EntityManager,
  { historyLength }: PinPolicy,
  row: CardEntity,
  verifier: PinVerifier,
): Promise<void> {
  const { tenantId, cardId } = row;
  const sequence = nextEventNo(row.eventNo);
  await manager.update(
    CardEntity,
    { tenantId, cardId },
    {
      pinStatus: 'active',
      triesSpent: 0,
      failuresWithoutSuccess: 0,
      lockedAt: null,
      verifier: verifier.value,
      verifierSalt: verifier.salt,
      verifierGeneration: verifier.generation,
      ...verifierPlace(verifier, row.eventNo),
      pinSetAt: () => 'clock_timestamp()',
      eventNo: sequence,
    },
  );
  const { verifier: old, verifierSalt: salt, verifierGeneration: generation } = row;
  if (old === null || salt === null || generation === null) throw new Error('a PIN without a verifier');
  await manager.insert(PinHistoryEntity, {
    ...{ tenantId, cardId, sequence },
    ...{ verifier: old, verifierSalt: salt, verifierGeneration: generation },
    verifierMac: row.verifierMac,
    verifierMacGeneration: row.verifierMacGeneration,
    verifierEventNo: row.verifierEventNo,
  });
  await manager.query(
    `DELETE FROM pin_history h WHERE h.tenant_id = $1 AND h.card_id = $2 AND h.sequence NOT IN (
       SELECT kept.sequence FROM pin_history kept WHERE kept.tenant_id = $1 AND kept.card_id = $2
        ORDER BY kept.sequence DESC LIMIT $3)`,
    [tenantId, cardId, Math.max(0, historyLength - 1)],
  );
}
