import type { EntityManager } from 'typeorm';
import { CardEntity, recordEffect, storeAnswer, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { PinPolicy } from '../policy.js';
import type { RegisterCardRequest, RegisterCardResult } from '../ports/pin-store.js';
import { maxTriesOf, toCard } from './cards.js';
import { lookUpClaim } from './claims.js';

const ACTION = 'card.register';

/** The card's unique reference decides: of concurrent registrations one makes the card, the others find it. */
export async function registerCard(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardRef, cardId, pinAccount, answerOf }: RegisterCardRequest,
): Promise<RegisterCardResult> {
  const { tenantId } = context;
  // 1. Request id, then tenant.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome !== 'new') return claim;
  const tenantExists = await manager.existsBy(TenantEntity, { tenantId });
  if (!tenantExists)
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the client has no such tenant') });
  // 2. The card, made or found.
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(CardEntity)
    .values({ tenantId, cardId, cardRef, pinAccount, pinAccountSource: 'surrogate' })
    .orIgnore()
    .returning('card_id')
    .execute();
  const made = Array.isArray(inserted.raw) && inserted.raw.length === 1;
  const row = await manager.findOneByOrFail(CardEntity, { tenantId, cardRef });
  if (row.pinAccountSource !== 'surrogate') return { outcome: 'card-ref-in-use' };
  const card = toCard(row, await maxTriesOf(manager, policy, tenantId));
  const registered = { outcome: made ? 'registered' : 'existing', card } as const;
  // 3. What goes with it. Of concurrent copies of one request the second finds the first's claim a conflict.
  await storeAnswer(manager, context, { action: ACTION, cardId: card.cardId, answer: answerOf(registered) });
  if (made) {
    const { eventNo } = row;
    const effect = { action: ACTION, result: 'registered', cardId, eventNo, details: { cardRef } };
    await recordEffect(manager, context, effect);
  }
  return registered;
}
