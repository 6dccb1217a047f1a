import type { EntityManager } from 'typeorm';
import { PinVerifier } from '#libs/hsm';
import { CardEntity, isUuid, PinHistoryEntity, TenantEntity } from '#libs/database';
import { pendingChipCommands } from '../chip/chip-commands.js';
import type { PinPolicy } from '../policy.js';
import type { Card, CardForEnrolment } from './card.js';
import { retryAfterSeconds } from '../pins/try-counter/statements.js';

/** The limits that end a card's evaluations; the first one reached counts. */
export interface TryLimits {
  /** The tenant's own, else the service's; never above the limit of failures in a row. */
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
  const [card = null] = row === null ? [] : await shownCards(manager, policy, tenantId, [row]);
  return card;
}

/** The cards of these rows, with what their chips do not know yet. */
export async function shownCards(
  manager: EntityManager,
  policy: PinPolicy,
  tenantId: string,
  rows: readonly CardEntity[],
): Promise<readonly Card[]> {
  const limits = await tryLimitsOf(manager, policy, tenantId);
  const withChip = rows.filter(({ chip }) => chip).map(({ cardId }) => cardId);
  const pending = await pendingChipCommands(manager, tenantId, withChip);
  return rows.map((row) => ({ ...toCard(row, limits), pendingCommands: pending.get(row.cardId) ?? [] }));
}

/** A late evaluation is not returned: the next caller closes it. */
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

/**
 * A card with its tries used up and nothing in flight is locked, even if its row says otherwise: a limit was lowered. What
 * its chip does not know is not in the row: shownCards adds it.
 */
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
    chip: row.chip,
    pendingCommands: [],
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
