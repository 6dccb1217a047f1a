import type { EntityManager } from 'typeorm';
import { CardDataEntity, CardEntity, PinHistoryEntity, RowChanged } from '#libs/database';
import { eraseOtps } from '#libs/otp';
import { type ClaimRefusal, recordEffect, storeAnswer } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { CloseCardRequest, CloseCardResult } from '../ports/pin-store.js';
import { emitCardEvent } from './card-events.js';
import { findCardRow, tryLimitsOf, toCard } from './cards.js';
import { lookUpClaim, refusedOr } from './claims.js';
import { nextEventNo } from './parameters.js';
import { inFlight } from './unlock.js';

const ACTION = 'card.close';

/** Nothing that could be guessed at is left of the card; what it was is in the audit trail. */
export async function closeCard(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardId, answerOf }: CloseCardRequest,
): Promise<CloseCardResult> {
  const { tenantId } = context;
  // 1. Request id, then card and state.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome !== 'new') return claim;
  const found = await openCard(manager, policy, { tenantId, cardId });
  if (found.outcome !== 'open') return await refusedOr(manager, policy, { context, refusal: found });
  const { row } = found;
  // 2. The card and all that belongs to it.
  const eventNo = nextEventNo(row.eventNo);
  const place = { verifierMac: null, verifierMacGeneration: null, verifierEventNo: null };
  const erased = { verifier: null, verifierSalt: null, verifierGeneration: null, ...place };
  const { affected } = await manager.update(
    CardEntity,
    { tenantId, cardId, eventNo: row.eventNo },
    { pinStatus: 'closed', ...erased, lockedAt: null, eventNo },
  );
  if (affected !== 1) throw new RowChanged();
  await manager.delete(PinHistoryEntity, { tenantId, cardId });
  await manager.delete(CardDataEntity, { tenantId, cardId });
  await eraseOtps(manager, { tenantId, cardId });
  // 3. What goes with it.
  const closed = await manager.findOneByOrFail(CardEntity, { tenantId, cardId });
  const card = toCard(closed, await tryLimitsOf(manager, policy, tenantId));
  await storeAnswer(manager, context, { action: ACTION, cardId, answer: answerOf(card) });
  await recordEffect(manager, context, { action: ACTION, result: 'closed', cardId, eventNo });
  await emitCardEvent(manager, policy, context, { type: 'card.closed', cardId });
  return { outcome: 'closed', card };
}

type OpenCard = Exclude<CloseCardResult, { readonly outcome: 'closed' | 'answered' } | ClaimRefusal>;

/** The card's row with nothing in flight, or why it cannot be closed. */
async function openCard(
  manager: EntityManager,
  policy: PinPolicy,
  identity: { readonly tenantId: string; readonly cardId: string },
): Promise<{ readonly outcome: 'open'; readonly row: CardEntity } | OpenCard> {
  const row = await findCardRow(manager, identity.tenantId, identity.cardId);
  if (row === null) return { outcome: 'unknown-card' };
  if (row.pinStatus === 'closed') return { outcome: 'card-closed' };
  if (row.evaluationId === null) return { outcome: 'open', row };
  return (await inFlight(manager, row, policy)) ?? (await openCard(manager, policy, identity));
}
