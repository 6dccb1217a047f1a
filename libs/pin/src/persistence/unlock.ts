import type { EntityManager } from 'typeorm';
import { type RequestContext, recordEffect, refuseBraked, storeAnswer } from '#libs/requests';
import { CardEntity, RowChanged } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { UnlockRequest, UnlockResult } from '../ports/pin-store.js';
import { findCardRow, tryLimitsOf, toCard } from './cards.js';
import { abandon, lookUpClaim, refusedOr } from './claims.js';
import { nextEventNo, retryAfterSeconds } from './parameters.js';
import { emitCardEvent } from './card-events.js';

const ACTION = 'pin.unlock' as const;

/** Tries back to 0 on an operator's word; the failures in a row stay, and past their limit only a reset helps. */
export async function unlock(
  manager: EntityManager,
  policy: PinPolicy,
  request: UnlockRequest,
): Promise<UnlockResult> {
  const { context, cardId, reason, answer } = request;
  await refuseBraked(manager, { ...context, operation: ACTION, cardId });
  // 1. Request id, then card and state.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome === 'request-in-progress') return { ...claim, outcome: 'evaluation-in-flight' };
  if (claim.outcome !== 'new') return claim;
  const found = await lockedCard(manager, policy, { tenantId: context.tenantId, cardId });
  if (found.outcome !== 'locked') {
    const refused = await refusedOr(manager, policy, { context, refusal: found });
    return refused.outcome === 'request-in-progress'
      ? { ...refused, outcome: 'evaluation-in-flight' }
      : refused;
  }
  // 2. The card and what goes with it.
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  await liftLock(manager, policy, { context, row: found.row, by: context.subject, reason });
  return { outcome: 'unlocked' };
}

/** Why a card cannot be unlocked, or the row that can. */
export type LockedCard =
  | { readonly outcome: 'locked'; readonly row: CardEntity }
  | Extract<
      UnlockResult,
      {
        readonly outcome:
          'unknown-card' | 'card-closed' | 'not-locked' | 'reset-required' | 'evaluation-in-flight';
      }
    >;

export async function lockedCard(
  manager: EntityManager,
  policy: PinPolicy,
  identity: { readonly tenantId: string; readonly cardId: string },
): Promise<LockedCard> {
  const row = await findCardRow(manager, identity.tenantId, identity.cardId);
  if (row === null) return { outcome: 'unknown-card' };
  if (row.pinStatus === 'closed') return { outcome: 'card-closed' };
  if (row.evaluationId !== null) {
    return (await inFlight(manager, row, policy)) ?? (await lockedCard(manager, policy, identity));
  }
  const card = toCard(row, await tryLimitsOf(manager, policy, identity.tenantId));
  if (card.pinStatus !== 'locked') return { outcome: 'not-locked' };
  if (row.failuresWithoutSuccess >= policy.maxFailuresWithoutSuccess) return { outcome: 'reset-required' };
  return { outcome: 'locked', row };
}

export interface LiftedLock {
  readonly context: RequestContext;
  /** As it was read. */
  readonly row: CardEntity;
  /** Who answers for it: one person, or two. */
  readonly by: string;
  readonly reason: string;
}

/** @throws RowChanged when somebody else has written the card since it was read */
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
  const effect = { action: ACTION, result: 'unlocked', cardId, eventNo, details: { reason } };
  await recordEffect(manager, context, effect);
  await emitCardEvent(manager, policy, context, { type: 'pin.unlocked', cardId });
}

/**
 * How long an evaluation still has. One that is merely late is closed instead, which may well lock the card.
 *
 * @returns null when it was closed: then the card has to be read again
 */
export async function inFlight(
  manager: EntityManager,
  { tenantId, cardId, evaluationId }: CardEntity,
  policy: PinPolicy,
): Promise<{ readonly outcome: 'evaluation-in-flight'; readonly retryAfterSeconds: number } | null> {
  if (await abandon(manager, policy, { tenantId, cardId, evaluationId })) return null;
  const [row] = await manager.query<{ left_ms: number }[]>(
    `SELECT (extract(epoch FROM evaluation_deadline - clock_timestamp()) * 1000)::float8 AS left_ms
       FROM cards WHERE tenant_id = $1 AND card_id = $2 AND evaluation_id = $3`,
    [tenantId, cardId, evaluationId],
  );
  if (row === undefined) throw new RowChanged();
  return { outcome: 'evaluation-in-flight', retryAfterSeconds: retryAfterSeconds(row.left_ms) };
}
