import type { EntityManager } from 'typeorm';
import { CardEntity } from '#libs/database';
import { invalidCursor, type Page } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { Card, PinStatus } from './card.js';
import { shownCards } from './card-rows.js';

export interface CardFilter {
  readonly pinStatus?: PinStatus | undefined;
  readonly cardRef?: string | undefined;
  /** Last four digits of the PAN. */
  readonly last4?: string | undefined;
  readonly limit: number;
  /** Opaque; from the page before. */
  readonly cursor?: string | undefined;
}

/**
 * Cards in the order of their ids. `pinStatus` compares the stored status, for which there is an index. A card that
 * only a lowered limit has locked is found under `active` and shown as `locked`.
 *
 * @throws PinwardError REQUEST_INVALID for a cursor that is none of ours
 */
export async function findCards(
  manager: EntityManager,
  policy: PinPolicy,
  { tenantId, pinStatus, cardRef, last4, limit, cursor }: CardFilter & { readonly tenantId: string },
): Promise<Page<Card>> {
  const query = manager
    .createQueryBuilder(CardEntity, 'card')
    .where('card.tenantId = :tenantId', { tenantId });
  if (pinStatus !== undefined) query.andWhere('card.pinStatus = :pinStatus', { pinStatus });
  if (cardRef !== undefined) query.andWhere('card.cardRef = :cardRef', { cardRef });
  if (last4 !== undefined) query.andWhere('card.panLast4 = :last4', { last4 });
  if (cursor !== undefined) query.andWhere('card.cardId > :after', { after: readCursor(cursor) });
  const rows = await query
    .orderBy('card.cardId')
    .limit(limit + 1)
    .getMany();
  const items = await shownCards(manager, policy, tenantId, rows.slice(0, limit));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(last.cardId) : null };
}

/** The 16 bytes of the last row's id: opaque to callers, who know that id already. */
function writeCursor(cardId: string): string {
  return Buffer.from(cardId.replaceAll('-', ''), 'hex').toString('base64url');
}

function readCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== 16 || bytes.toString('base64url') !== cursor) {
    throw invalidCursor();
  }
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
