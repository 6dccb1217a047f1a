import type { EntityManager } from 'typeorm';
import { PinVerifier } from '#libs/hsm';
import { CardEntity, isUuid, PinHistoryEntity, TenantEntity } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { Card, CardForEnrolment } from './card.js';
import { retryAfterSeconds } from '../pins/try-counter/statements.js';

/** What ends a card's evaluations, whichever comes first. */
export interface TryLimits {
  /** The tenant's own, else the service's; more than failures in a row there can never be. */
  readonly maxTries: number;
  readonly maxFailures: number;
}

export async function tryLimitsOf(
  manager: EntityManager,
  { maxTries, maxFailuresWithoutSuccess: maxFailures }: PinPolicy,
  tenantId: string,
): Promise<TryLimits> {
  const tenant = await manager.findOneBy(TenantEntity, { tenantId });
  return { maxTries: Math.min(tenant?.pinMaxTries ?? maxTries, maxFailures), maxFailures };
}

export async function findCard(
  manager: EntityManager,
  policy: PinPolicy,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<Card | null> {
  const row = await findCardRow(manager, tenantId, cardId);
  return row === null ? null : toCard(row, await tryLimitsOf(manager, policy, tenantId));
}

/** Of an evaluation that is late nothing is said: whoever comes next closes it. */
export async function findEvaluation(
  manager: EntityManager,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<{ readonly retryAfterSeconds: number } | null> {
  const [row] = await manager.query<{ left_ms: number }[]>(
    `SELECT (extract(epoch FROM evaluation_deadline - clock_timestamp()) * 1000)::float8 AS left_ms
       FROM cards
      WHERE tenant_id = $1 AND card_id = $2 AND evaluation_id IS NOT NULL AND evaluation_deadline > clock_timestamp()`,
    [tenantId, cardId],
  );
  return row === undefined ? null : { retryAfterSeconds: retryAfterSeconds(row.left_ms) };
}

export async function findCardRow(
  manager: EntityManager,
  tenantId: string,
  cardId: string,
): Promise<CardEntity | null> {
  return isUuid(cardId) ? await manager.findOneBy(CardEntity, { tenantId, cardId }) : null;
}

export async function readForEnrolment(
  manager: EntityManager,
  policy: PinPolicy,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<CardForEnrolment | null> {
  const row = await findCardRow(manager, tenantId, cardId);
  if (row === null) return null;
  const earlier = await manager.find(PinHistoryEntity, {
    where: { tenantId, cardId },
    order: { sequence: 'DESC' },
    take: policy.historyLength,
  });
  const history = [row, ...earlier].flatMap(verifierOf).slice(0, policy.historyLength);
  return { card: toCard(row, await tryLimitsOf(manager, policy, tenantId)), history };
}

/** A card whose tries are used up with nothing in flight is locked, whatever its row says: a limit was lowered. */
export function toCard(row: CardEntity, { maxTries, maxFailures }: TryLimits): Card {
  const triesLeft = Math.min(maxTries - row.triesSpent, maxFailures - row.failuresWithoutSuccess);
  const usedUp = row.pinStatus === 'active' && row.evaluationId === null && triesLeft <= 0;
  const locked = usedUp || row.pinStatus === 'locked';
  const { lastUnlockAt: at, lastUnlockBy: by, lastUnlockReason: reason } = row;
  return {
    tenantId: row.tenantId,
    cardId: row.cardId,
    cardRef: row.cardRef,
    maskedPan: row.panLast4 === null ? null : `XXXX${row.panLast4}`,
    pinAccountSource: row.pinAccountSource,
    pinAccount: row.pinAccount,
    pinStatus: locked ? 'locked' : row.pinStatus,
    maxTries,
    triesRemaining: locked ? 0 : Math.max(0, triesLeft),
    failuresWithoutSuccess: row.failuresWithoutSuccess,
    lockedAt: row.lockedAt,
    pinSetAt: row.pinSetAt,
    lastUnlock: at === null || by === null || reason === null ? null : { at, by, reason },
    eventNo: row.eventNo,
  };
}

function verifierOf(row: CardEntity | PinHistoryEntity): PinVerifier[] {
  const { verifier, verifierSalt, verifierGeneration } = row;
  if (verifier === null || verifierSalt === null || verifierGeneration === null) return [];
  return [new PinVerifier(verifierGeneration, verifierSalt, verifier)];
}
