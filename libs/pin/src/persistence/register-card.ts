import { Not, type EntityManager } from 'typeorm';
import { CardDataEntity, CardEntity, recordEffect, storeAnswer, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { PinPolicy } from '../policy.js';
import type { NewCardData, RegisterCardRequest, RegisterCardResult } from '../ports/pin-store.js';
import { maxTriesOf, toCard } from './cards.js';
import { lookUpClaim } from './claims.js';

const ACTION = 'card.register';

/** The card's unique reference decides: of concurrent registrations one makes the card, the others find it. */
export async function registerCard(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardRef, cardId, pinAccount, data = null, answerOf }: RegisterCardRequest,
): Promise<RegisterCardResult> {
  const { tenantId } = context;
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
  const same = row.pinAccountSource === pinAccountSource && (made || (await hasData(manager, row, data)));
  if (!same) return { outcome: 'card-ref-in-use' };
  const card = toCard(row, await maxTriesOf(manager, policy, tenantId));
  const registered = { outcome: made ? 'registered' : 'existing', card } as const;
  // 3. What goes with it. Of concurrent copies of one request the second finds the first's claim a conflict.
  await storeAnswer(manager, context, { action: ACTION, cardId: card.cardId, answer: answerOf(registered) });
  if (made) {
    const { eventNo } = row;
    const details = { cardRef, ...(await otherCardOf(manager, { tenantId, cardId }, data)) };
    const effect = { action: ACTION, result: 'registered', cardId, eventNo, details };
    await recordEffect(manager, context, effect);
  }
  return registered;
}

/** Whether the card that exists has just these data; none is opened for it. */
async function hasData(
  manager: EntityManager,
  { tenantId, cardId }: CardEntity,
  data: NewCardData | null,
): Promise<boolean> {
  const stored = await manager.findOneBy(CardDataEntity, { tenantId, cardId });
  if (stored === null || data === null) return stored === data;
  const { fingerprintGeneration, dataFingerprint } = data.sealed;
  const given =
    stored.fingerprintGeneration === fingerprintGeneration
      ? dataFingerprint
      : (await data.fingerprintUnder(stored.fingerprintGeneration)).value;
  return stored.dataFingerprint.equals(given);
}

/** For the audit trail: another card of the tenant with the same PAN, which a re-issued card may well have. */
async function otherCardOf(
  manager: EntityManager,
  { tenantId, cardId }: Pick<CardEntity, 'tenantId' | 'cardId'>,
  data: NewCardData | null,
): Promise<{ readonly panKnownAs?: string }> {
  if (data === null) return {};
  const { panFingerprint } = data.sealed;
  const other = await manager.findOneBy(CardDataEntity, { tenantId, panFingerprint, cardId: Not(cardId) });
  return other === null ? {} : { panKnownAs: other.cardId };
}
