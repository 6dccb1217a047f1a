import type { DataSource, EntityManager } from 'typeorm';
import { CardEntity, PinEnvelopeEntity, PinHistoryEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { PinVerifier } from '#libs/hsm';
import { otpIsLive, useOtp } from '#libs/otp';
import { once, type Answered, type RequestContext, type StoredAnswer } from '#libs/requests';
import { emitCardEvent } from '../cards/card-events.js';
import { findCardRow, toCard, tryLimitsOf } from '../cards/card-rows.js';
import { cardWithAnyPin, cardWithoutPin } from '../cards/card-state.js';
import type { PinPolicy } from '../policy.js';
import type { PinSet } from './enrolment.js';
import { onceOnCard } from './try-counter/claims.js';
import type { EnvelopeId } from './try-counter/evaluation.js';
import { evaluationInProgress } from '../cards/card-state.js';
import { nextEventNo, verifierColumns, verifierMacDetails } from './try-counter/statements.js';

export interface NewPinRecord {
  readonly context: RequestContext;
  readonly cardId: string;
  readonly envelope: EnvelopeId;
  /** event_no of the card as it was read; another writer in between refuses it. */
  readonly expectedEventNo: string;
  readonly result:
    | { readonly outcome: 'enrolled'; readonly verifier: PinVerifier }
    | {
        readonly outcome: 'refused';
        readonly refusal: 'PIN_TOO_WEAK' | 'PIN_REUSED' | 'PIN_ENVELOPE_UNREADABLE';
      };
  readonly answer: StoredAnswer;
}

export interface ResetRecord extends NewPinRecord {
  /** Used up by success, and by PIN_REUSED: that answer is a guess at the old PIN. */
  readonly otpId: string;
}

/**
 * What a set or a reset has come to: the new verifier, or the refusal, with all that goes with it in one transaction.
 * Either way the envelope has been opened, and is used.
 */
export class NewPins {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /**
   * From `unset` only.
   *
   * @throws PinwardError PIN_ENVELOPE_REPLAYED, PIN_ALREADY_SET, CARD_CLOSED, DATABASE_UNAVAILABLE
   */
  async recordSet(record: NewPinRecord): Promise<Answered<PinSet>> {
    const { context, cardId, result, answer, expectedEventNo } = record;
    const call = { action: 'pin.set', cardId, stoppedAs: 'pin.set' } as const;
    return await once(this.dataSource, context, call, async (manager) => {
      await refuseUsed(manager, record);
      // A refusal leaves the card alone.
      if (result.outcome === 'refused') {
        await useEnvelope(manager, record);
        return { answer, line: { result: result.outcome, details: { refusal: result.refusal } } };
      }
      if (!(await enrol(manager, record, result.verifier))) throw await this.notUnset(manager, record);
      await useEnvelope(manager, record);
      await emitCardEvent(manager, this.policy, context, { type: 'pin.set', cardId });
      const line = { result: result.outcome, eventNo: nextEventNo(expectedEventNo) };
      const { mac } = result.verifier;
      return {
        answer,
        line: mac === null ? line : { ...line, details: verifierMacDetails(result.verifier) },
      };
    });
  }

  /**
   * From `active` or `locked`, and the one-time password with it; tries and failures start anew.
   *
   * @throws PinwardError OTP_REJECTED, PIN_ENVELOPE_REPLAYED, PIN_EVALUATION_IN_PROGRESS, CARD_CLOSED
   */
  async recordReset(record: ResetRecord): Promise<Answered<PinSet>> {
    const { context, cardId, result, answer, otpId } = record;
    const { tenantId } = context;
    const call = { action: 'pin.reset', cardId, stoppedAs: 'pin.reset' } as const;
    return await onceOnCard(this.dataSource, this.policy, context, call, async (manager) => {
      await refuseUsed(manager, record);
      // 1. The card, locked before the one-time password, as everywhere.
      const row = await this.lockUnchanged(manager, record);
      // 2. The one-time password, without which nothing is told about the new PIN; then the card.
      const otp = { tenantId, cardId, purpose: 'pin-reset', otpId } as const;
      const usesItUp = result.outcome === 'enrolled' || result.refusal === 'PIN_REUSED';
      const live = usesItUp ? await useOtp(manager, otp) : await otpIsLive(manager, otp);
      if (!live) throw new PinwardError('OTP_REJECTED', { attemptsRemaining: 0 });
      await useEnvelope(manager, record);
      if (result.outcome === 'refused')
        return { answer, line: { result: result.outcome, details: { otpId, refusal: result.refusal } } };
      await replace(manager, this.policy, row, result.verifier);
      // 3. What goes with it.
      await emitCardEvent(manager, this.policy, context, { type: 'pin.reset', cardId });
      const details = { otpId, ...verifierMacDetails(result.verifier) };
      return { answer, line: { result: result.outcome, eventNo: nextEventNo(row.eventNo), details } };
    });
  }

  /** Only setting or closing moves a card away from `unset`; its state says which. */
  private async notUnset(manager: EntityManager, { context, cardId }: NewPinRecord): Promise<PinwardError> {
    const row = await findCardRow(manager, context.tenantId, cardId);
    const limits = await tryLimitsOf(manager, this.policy, context.tenantId);
    cardWithoutPin(row === null ? null : toCard(row, limits));
    return new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: 1 });
  }

  /** Another writer was faster: a card that is closed says so, any other may be tried again with the same bytes. */
  private async lockUnchanged(
    manager: EntityManager,
    { context: { tenantId }, cardId, expectedEventNo }: ResetRecord,
  ): Promise<CardEntity> {
    const lock = { mode: 'for_no_key_update' } as const;
    const row = await manager.findOne(CardEntity, { where: { tenantId, cardId }, lock });
    const limits = await tryLimitsOf(manager, this.policy, tenantId);
    cardWithAnyPin(row === null ? null : toCard(row, limits));
    if (row?.evaluationId !== null || row.eventNo !== expectedEventNo) throw evaluationInProgress();
    return row;
  }
}

/** @throws PinwardError PIN_ENVELOPE_REPLAYED */
async function refuseUsed(manager: EntityManager, { context, envelope }: NewPinRecord): Promise<void> {
  const used = await manager.existsBy(PinEnvelopeEntity, { tenantId: context.tenantId, ...envelope });
  if (used) throw new PinwardError('PIN_ENVELOPE_REPLAYED');
}

/** After the card, as a spend does: another use at the same time is a conflict. */
async function useEnvelope(manager: EntityManager, { context, envelope }: NewPinRecord): Promise<void> {
  await manager.insert(PinEnvelopeEntity, { tenantId: context.tenantId, ...envelope });
}

/** False where the card is no longer as it was read. */
async function enrol(
  manager: EntityManager,
  { context, cardId, expectedEventNo }: NewPinRecord,
  verifier: PinVerifier,
): Promise<boolean> {
  const { affected } = await manager.update(
    CardEntity,
    { tenantId: context.tenantId, cardId, pinStatus: 'unset', eventNo: expectedEventNo },
    {
      pinStatus: 'active',
      verifier: verifier.value,
      verifierSalt: verifier.salt,
      verifierGeneration: verifier.generation,
      ...verifierColumns(verifier, expectedEventNo),
      pinSetAt: () => 'clock_timestamp()',
      eventNo: nextEventNo(expectedEventNo),
    },
  );
  return affected === 1;
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
      ...verifierColumns(verifier, row.eventNo),
      pinSetAt: () => 'clock_timestamp()',
      eventNo: sequence,
    },
  );
  const { verifier: old, verifierSalt: salt, verifierGeneration: generation } = row;
  if (old === null || salt === null || generation === null) throw new Error('a PIN without a verifier');
  await manager.insert(PinHistoryEntity, {
    tenantId,
    cardId,
    sequence,
    verifier: old,
    verifierSalt: salt,
    verifierGeneration: generation,
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
