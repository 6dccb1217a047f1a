import type { EntityManager } from 'typeorm';
import { CardEntity, recordEffect, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { PinPolicy } from '../policy.js';
import type { RegisterCardRequest, RegisterCardResult } from '../ports/pin-store.js';
import { maxTriesOf, toCard } from './cards.js';

/** The card's unique reference decides: of concurrent registrations one makes the card, the others find it. */
export async function registerCard(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardRef, cardId, pinAccount }: RegisterCardRequest,
): Promise<RegisterCardResult> {
  const { tenantId } = context;
  const tenantExists = await manager.existsBy(TenantEntity, { tenantId });
  if (!tenantExists)
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the client has no such tenant') });
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
  const card = toCard(row, await maxTriesOf(manager, policy, tenantId));
  if (made) {
    const { eventNo } = row;
    await recordEffect(manager, context, {
      action: 'card.register',
      result: 'registered',
      cardId,
      eventNo,
      details: { cardRef },
    });
    return { outcome: 'registered', card };
  }
  return row.pinAccountSource === 'surrogate'
    ? { outcome: 'existing', card }
    : { outcome: 'card-ref-in-use' };
}
