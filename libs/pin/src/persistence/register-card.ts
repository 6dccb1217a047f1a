import type { EntityManager } from 'typeorm';
import { CardDataEntity, CardEntity, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { recordEffect, refuseBraked, storeAnswer } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { RegisterCardRequest, RegisterCardResult } from '../ports/pin-store.js';
import { tryLimitsOf, toCard } from './cards.js';
import { lookUpClaim, refusedOr } from './claims.js';

const ACTION = 'card.register' as const;

/** The card's unique reference decides: of concurrent registrations one makes the card, the others find it. */
export async function registerCard(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardRef, cardId, pinAccount, data = null, answerOf }: RegisterCardRequest,
): Promise<RegisterCardResult> {
  const { tenantId } = context;
  await refuseBraked(manager, { ...context, operation: ACTION, cardId: null });
  // 1. Request id, then tenant.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome !== 'new') return claim;
  const tenantExists = await manager.existsBy(TenantEntity, { tenantId });
  if (!tenantExists)
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the client has no such tenant') });
  // 2. The card, made or found.
  const pinAccountSource = pinAccount === null ? 'pan' : 'surrogate';
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(CardEntity)
    .values({ tenantId, cardId, cardRef, pinAccount, pinAccountSource, panLast4: data?.last4 ?? null })
    .orIgnore()
    .returning('card_id')
    .execute();
  const made = Array.isArray(inserted.raw) && inserted.raw.length === 1;
  const row = await manager.findOneByOrFail(CardEntity, { tenantId, cardRef });
  if (row.pinStatus === 'closed') return { outcome: 'card-closed' };
  if (made && data !== null) await manager.insert(CardDataEntity, { tenantId, cardId, ...data.sealed });
  // Data are compared with nobody's: that would answer guesses at them (docs/adr/0024). Not having any is no secret.
  const dataless = data === null && row.panLast4 === null && row.pinAccountSource === pinAccountSource;
  if (!made && !dataless) {
    return await refusedOr(manager, policy, { context, refusal: { outcome: 'card-ref-in-use' } as const });
  }
  const card = toCard(row, await tryLimitsOf(manager, policy, tenantId));
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
