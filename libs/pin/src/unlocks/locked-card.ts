import type { EntityManager } from 'typeorm';
import { CardEntity, RowChanged } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { recordEffect, type RequestContext } from '#libs/requests';
import { requireChipCommands } from '../chip/chip-commands.js';
import { emitCardEvent } from '../cards/card-events.js';
import { findCardRow, toCard, tryLimitsOf } from '../cards/card-rows.js';
import { evaluationInProgress } from '../cards/card-state.js';
import type { PinPolicy } from '../policy.js';
import { nextEventNo } from '../pins/try-counter/statements.js';

/**
 * The row of a card that can be unlocked.
 *
 * @throws PinwardError CARD_NOT_FOUND, CARD_CLOSED, PIN_NOT_LOCKED, PIN_RESET_REQUIRED, PIN_EVALUATION_IN_PROGRESS
 */
export async function lockedCard(
  manager: EntityManager,
  policy: PinPolicy,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<CardEntity> {
  const row = await findCardRow(manager, tenantId, cardId);
  if (row === null) throw new PinwardError('CARD_NOT_FOUND');
  if (row.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
  if (row.evaluationId !== null) throw evaluationInProgress();
  const card = toCard(row, await tryLimitsOf(manager, policy, tenantId));
  if (card.pinStatus !== 'locked') throw new PinwardError('PIN_NOT_LOCKED');
  // Nine-failures rule: above the limit only a reset helps.
  if (row.failuresWithoutSuccess >= policy.maxFailuresWithoutSuccess)
    throw new PinwardError('PIN_RESET_REQUIRED');
  return row;
}

export interface LiftedLock {
  readonly context: RequestContext;
  /** As it was read. */
  readonly row: CardEntity;
  /** The person or the two persons responsible. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Sets the tries back to 0, with audit line and events; the failures in a row stay. @throws RowChanged when another
 * writer has changed the card since it was read
 */
export async function liftLock(
  manager: EntityManager,
  policy: PinPolicy,
  { context, row, by, reason }: LiftedLock,
): Promise<void> {
  const { tenantId, cardId } = row;
  const eventNo = nextEventNo(row.eventNo);
  const { affected } = await manager.update(
    CardEntity,
    { tenantId, cardId, eventNo: row.eventNo },
    {
      pinStatus: 'active',
      triesSpent: 0,
      lockedAt: null,
      lastUnlockAt: () => 'clock_timestamp()',
      lastUnlockBy: by,
      lastUnlockReason: reason,
      eventNo,
    },
  );
  if (affected !== 1) throw new RowChanged();
  const effect = { action: 'pin.unlock', result: 'unlocked', cardId, eventNo, details: { reason } };
  await recordEffect(manager, context, effect);
  await emitCardEvent(manager, policy, context, { type: 'pin.unlocked', cardId });
  await requireChipCommands(manager, policy, context, { cardId, commands: ['UNBLOCK_PIN'] });
}
