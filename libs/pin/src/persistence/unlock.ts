import type { EntityManager } from 'typeorm';
import { CardEntity, recordEffect, RowChanged, storeAnswer } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { UnlockRequest, UnlockResult } from '../ports/pin-store.js';
import { findCardRow, maxTriesOf, toCard } from './cards.js';
import { abandon, lookUpClaim } from './claims.js';
import { retryAfterSeconds } from './parameters.js';
import { emitCardEvent } from './card-events.js';

const ACTION = 'pin.unlock';

/** Tries back to 0 on an operator's word; the failures in a row stay, and past their limit only a reset helps. */
export async function unlock(
  manager: EntityManager,
  policy: PinPolicy,
  request: UnlockRequest,
): Promise<UnlockResult> {
  const { context, cardId, reason, answer } = request;
  // 1. Request id, then card and state.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome === 'request-in-progress') return { ...claim, outcome: 'evaluation-in-flight' };
  if (claim.outcome !== 'new') return claim;
  const row = await findCardRow(manager, context.tenantId, cardId);
  if (row === null) return { outcome: 'unknown-card' };
  if (row.pinStatus === 'closed') return { outcome: 'card-closed' };
  if (row.evaluationId !== null) return await inFlight(manager, policy, request, row);
  const card = toCard(row, await maxTriesOf(manager, policy, context.tenantId));
  if (card.pinStatus !== 'locked') return { outcome: 'not-locked' };
  if (row.failuresWithoutSuccess >= policy.maxFailuresWithoutSuccess) return { outcome: 'reset-required' };
  // 2. The card, as it was read.
  const eventNo = String(BigInt(row.eventNo) + 1n);
  const { affected } = await manager.update(
    CardEntity,
    { tenantId: context.tenantId, cardId, eventNo: row.eventNo },
    {
      pinStatus: 'active',
      triesSpent: 0,
      lockedAt: null,
      lastUnlockAt: () => 'clock_timestamp()',
      lastUnlockBy: context.subject,
      lastUnlockReason: reason,
      eventNo,
    },
  );
  if (affected !== 1) throw new RowChanged();
  // 3. What goes with it.
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  const effect = { action: ACTION, result: 'unlocked', cardId, eventNo, details: { reason } };
  await recordEffect(manager, context, effect);
  await emitCardEvent(manager, policy, context, { type: 'pin.unlocked', cardId });
  return { outcome: 'unlocked' };
}

/** An evaluation that is merely late is closed first, which may well lock the card; then all is looked at again. */
async function inFlight(
  manager: EntityManager,
  policy: PinPolicy,
  request: UnlockRequest,
  { tenantId, cardId, evaluationId }: CardEntity,
): Promise<UnlockResult> {
  if (await abandon(manager, policy, { tenantId, cardId, evaluationId })) {
    return await unlock(manager, policy, request);
  }
  const [row] = await manager.query<{ left_ms: number }[]>(
    `SELECT (extract(epoch FROM evaluation_deadline - clock_timestamp()) * 1000)::float8 AS left_ms
       FROM cards WHERE tenant_id = $1 AND card_id = $2 AND evaluation_id = $3`,
    [tenantId, cardId, evaluationId],
  );
  if (row === undefined) throw new RowChanged();
  return { outcome: 'evaluation-in-flight', retryAfterSeconds: retryAfterSeconds(row.left_ms) };
}
