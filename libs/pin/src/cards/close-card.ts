import type { DataSource, EntityManager } from 'typeorm';
import { CardDataEntity, CardEntity, PinHistoryEntity, RowChanged } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { eraseOtps } from '#libs/otp';
import { storedBody, type Answered, type RequestContext } from '#libs/requests';
import { eraseChipCommands } from '../chip/chip-commands.js';
import { onceOnCard } from '../pins/try-counter/claims.js';
import { evaluationInProgress } from './card-state.js';
import type { PinPolicy } from '../policy.js';
import type { Card } from './card.js';
import { emitCardEvent } from './card-events.js';
import { findCardRow, toCard, tryLimitsOf } from './card-rows.js';
import { nextEventNo } from '../pins/try-counter/statements.js';

type CardBody = Readonly<Record<string, unknown>>;

export interface CloseCardRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** The card as the caller sees it, also when the request is repeated. */
  readonly view: (card: Card) => CardBody;
}

/**
 * Ends a card for good: its PAN, its verifiers and its one-time passwords are erased, so nothing is left to guess at,
 * and what its chip was to be told.
 * The audit trail keeps its history.
 */
export class CloseCard {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {}

  /** @throws PinwardError CARD_NOT_FOUND, CARD_CLOSED, PIN_EVALUATION_IN_PROGRESS */
  async execute({ context, cardId, view }: CloseCardRequest): Promise<Answered<CardBody>> {
    const card = { tenantId: context.tenantId, cardId };
    const call = { action: 'card.close', cardId };
    return await onceOnCard(this.dataSource, this.policy, context, call, async (manager) => {
      // 1. The card, with nothing in flight.
      const row = await findCardRow(manager, card.tenantId, cardId);
      if (row === null) throw new PinwardError('CARD_NOT_FOUND');
      if (row.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
      if (row.evaluationId !== null) throw evaluationInProgress();
      // 2. The card and everything that belongs to it.
      const eventNo = nextEventNo(row.eventNo);
      await erase(manager, row, eventNo);
      // 3. Event and audit line.
      await emitCardEvent(manager, this.policy, context, { type: 'card.closed', cardId });
      const closed = await manager.findOneByOrFail(CardEntity, card);
      const shown = toCard(closed, await tryLimitsOf(manager, this.policy, card.tenantId));
      return { answer: storedBody(view(shown)), line: { result: 'closed', eventNo } };
    });
  }
}

/** @throws RowChanged when another writer has changed the card since it was read */
async function erase(manager: EntityManager, row: CardEntity, eventNo: string): Promise<void> {
  const { tenantId, cardId } = row;
  const mac = { verifierMac: null, verifierMacGeneration: null, verifierEventNo: null };
  const erased = { verifier: null, verifierSalt: null, verifierGeneration: null, ...mac };
  const { affected } = await manager.update(
    CardEntity,
    { tenantId, cardId, eventNo: row.eventNo },
    { pinStatus: 'closed', ...erased, lockedAt: null, eventNo },
  );
  if (affected !== 1) throw new RowChanged();
  await manager.delete(PinHistoryEntity, { tenantId, cardId });
  await manager.delete(CardDataEntity, { tenantId, cardId });
  await eraseOtps(manager, { tenantId, cardId });
  await eraseChipCommands(manager, { tenantId, cardId });
}
