import type { DataSource, EntityManager } from 'typeorm';
import { CardEntity, outsideTransaction, PinEnvelopeEntity, PinHistoryEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { PinVerifier } from '#libs/hsm';
import { otpIsLive, useOtp } from '#libs/otp';
import { once, type Answered, type RequestContext, type StoredAnswer } from '#libs/requests';
import { emitCardEvent } from '../cards/card-events.js';
import { findCardRow, toCard, tryLimitsOf } from '../cards/card-rows.js';
import { requireChipCommands, type ChipCommand } from '../chip/chip-commands.js';
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
  /** event_no of the card as it was read; if another writer has changed it since, the record is refused. */
  readonly expectedEventNo: string;
  readonly result:
    | { readonly outcome: 'enrolled'; readonly verifier: PinVerifier }
    | {
        readonly outcome: 'refused';
        readonly refusal: 'PIN_TOO_WEAK' | 'PIN_REUSED' | 'PIN_ENVELOPE_UNREADABLE';
      };
  readonly answer: StoredAnswer;
}

export interface SetRecord extends NewPinRecord {
  /** Used up by success alone. Null where none was given, which the rule must allow. */
  readonly otpId: string | null;
}

export interface ResetRecord extends NewPinRecord {
  /** Used up by success, and by PIN_REUSED, since that answer is a guess at the old PIN. */
  readonly otpId: string;
}

/**
 * Records how a set or a reset ended: the new verifier or the refusal, with everything that belongs to it, in one
 * transaction. In both cases the envelope has been opened and counts as used.
 */
export class NewPins {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /** A first look, before the HSM works. The look in the transaction of the set decides. */
  async setTakesOtp(tenantId: string): Promise<boolean> {
    return await outsideTransaction(() => setTakesOtp(this.dataSource.manager, tenantId));
  }

  /**
   * Only from `unset`; together with the one-time password, where one was given or the rule asks for one.
   *
   * @throws PinwardError REQUEST_INVALID for a missing one-time password, OTP_REJECTED, PIN_ENVELOPE_REPLAYED,
   * PIN_ALREADY_SET, CARD_CLOSED, DATABASE_UNAVAILABLE
   */
  async recordSet(record: SetRecord): Promise<Answered<PinSet>> {
    const { context, cardId, result, answer, expectedEventNo, otpId } = record;
    const call = { action: 'pin.set', cardId, stoppedAs: 'pin.set' } as const;
    const given = otpId === null ? {} : { otpId };
    return await once(this.dataSource, context, call, async (manager) => {
      await refuseUsed(manager, record);
      // 1. The one-time password, without which the answer says nothing about the PIN.
      if (otpId !== null) await this.useOtpOfSet(manager, record, otpId);
      else if (await setTakesOtp(manager, context.tenantId)) throw otpMissing();
      // 2. The card, which a refusal does not change.
      if (result.outcome === 'refused') {
        await useEnvelope(manager, record);
        return { answer, line: { result: result.outcome, details: { ...given, refusal: result.refusal } } };
      }
      if (!(await enrol(manager, record, result.verifier))) throw await this.notUnset(manager, record);
      await useEnvelope(manager, record);
      // 3. Events and audit line.
      await emitCardEvent(manager, this.policy, context, { type: 'pin.set', cardId });
      await requireChipCommands(manager, this.policy, context, { cardId, commands: ['CHANGE_PIN'] });
      const details = { ...given, ...verifierMacDetails(result.verifier) };
      const line = { result: result.outcome, eventNo: nextEventNo(expectedEventNo) };
      return { answer, line: Object.keys(details).length === 0 ? line : { ...line, details } };
    });
  }

  /**
   * Only from `active` or `locked`, together with the one-time password; tries and failures start anew.
   *
   * @throws PinwardError OTP_REJECTED, PIN_ENVELOPE_REPLAYED, PIN_EVALUATION_IN_PROGRESS, CARD_CLOSED
   */
  async recordReset(record: ResetRecord): Promise<Answered<PinSet>> {
    const { context, cardId, result, answer, otpId } = record;
    const { tenantId } = context;
    const call = { action: 'pin.reset', cardId, stoppedAs: 'pin.reset' } as const;
    return await onceOnCard(this.dataSource, this.policy, context, call, async (manager) => {
      await refuseUsed(manager, record);
      // 1. The card, locked before the one-time password, as in every use case.
      const { row, wasLocked } = await this.lockUnchanged(manager, record);
      // 2. The one-time password, without which the answer says nothing about the new PIN; then the card.
      const otp = { tenantId, cardId, purpose: 'pin-reset', otpId } as const;
      const usesItUp = result.outcome === 'enrolled' || result.refusal === 'PIN_REUSED';
      const live = usesItUp ? await useOtp(manager, otp) : await otpIsLive(manager, otp);
      if (!live) throw new PinwardError('OTP_REJECTED', { attemptsRemaining: 0 });
      await useEnvelope(manager, record);
      if (result.outcome === 'refused')
        return { answer, line: { result: result.outcome, details: { otpId, refusal: result.refusal } } };
      await replace(manager, this.policy, row, result.verifier);
      // 3. Events and audit line.
      await emitCardEvent(manager, this.policy, context, { type: 'pin.reset', cardId });
      const commands: readonly ChipCommand[] = wasLocked ? ['CHANGE_PIN', 'UNBLOCK_PIN'] : ['CHANGE_PIN'];
      await requireChipCommands(manager, this.policy, context, { cardId, commands });
      const details = { otpId, ...verifierMacDetails(result.verifier) };
      return { answer, line: { result: result.outcome, eventNo: nextEventNo(row.eventNo), details } };
    });
  }

  /**
   * The card is locked before the one-time password, as in every use case: so a card that has a PIN by now is told as such,
   * and the one-time password stays.
   */
  private async useOtpOfSet(manager: EntityManager, record: SetRecord, otpId: string): Promise<void> {
    const { context, cardId, result, expectedEventNo: eventNo } = record;
    const { tenantId } = context;
    const unset = { tenantId, cardId, pinStatus: 'unset', eventNo } as const;
    const lock = { mode: 'for_no_key_update' } as const;
    const row = await manager.findOne(CardEntity, { where: unset, lock });
    if (row === null) throw await this.notUnset(manager, record);
    const otp = { tenantId, cardId, purpose: 'pin-set', otpId } as const;
    const live = result.outcome === 'enrolled' ? await useOtp(manager, otp) : await otpIsLive(manager, otp);
    if (!live) throw new PinwardError('OTP_REJECTED', { attemptsRemaining: 0 });
  }

  /** Only setting or closing moves a card away from `unset`; its state says which of them did. */
  private async notUnset(manager: EntityManager, { context, cardId }: NewPinRecord): Promise<PinwardError> {
    const row = await findCardRow(manager, context.tenantId, cardId);
    const limits = await tryLimitsOf(manager, this.policy, context.tenantId);
    cardWithoutPin(row === null ? null : toCard(row, limits));
    return new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: 1 });
  }

  /** Another writer was faster. A card that is closed answers so; for any other the same bytes may be sent again. */
  private async lockUnchanged(
    manager: EntityManager,
    { context: { tenantId }, cardId, expectedEventNo }: ResetRecord,
  ): Promise<{ readonly row: CardEntity; readonly wasLocked: boolean }> {
    const lock = { mode: 'for_no_key_update' } as const;
    const row = await manager.findOne(CardEntity, { where: { tenantId, cardId }, lock });
    const limits = await tryLimitsOf(manager, this.policy, tenantId);
    const { pinStatus } = cardWithAnyPin(row === null ? null : toCard(row, limits));
    if (row?.evaluationId !== null || row.eventNo !== expectedEventNo) throw evaluationInProgress();
    return { row, wasLocked: pinStatus === 'locked' };
  }
}

async function setTakesOtp(manager: EntityManager, tenantId: string): Promise<boolean> {
  const [row] = await manager.query<{ asked: boolean }[]>('SELECT pinward_set_takes_otp($1) AS asked', [
    tenantId,
  ]);
  if (row === undefined) throw new Error('the function returned no row');
  return row.asked;
}

export function otpMissing(): PinwardError {
  const detail = 'is missing: here a first PIN takes a one-time password for pin-set';
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/otp', detail }] });
}

/** @throws PinwardError PIN_ENVELOPE_REPLAYED */
async function refuseUsed(manager: EntityManager, { context, envelope }: NewPinRecord): Promise<void> {
  const used = await manager.existsBy(PinEnvelopeEntity, { tenantId: context.tenantId, ...envelope });
  if (used) throw new PinwardError('PIN_ENVELOPE_REPLAYED');
}

/** After the card, as in a spend: another use at the same time is a conflict. */
async function useEnvelope(manager: EntityManager, { context, envelope }: NewPinRecord): Promise<void> {
  await manager.insert(PinEnvelopeEntity, { tenantId: context.tenantId, ...envelope });
}

/** False when the card has changed since it was read. */
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
