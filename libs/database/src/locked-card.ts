import type { EntityManager } from 'typeorm';

/** The part of a card that code for one-time passwords or card data may see. */
export interface LockedCard {
  readonly isClosed: boolean;
  /** The card's members of an event, with the names of pinward_card_event_data. */
  readonly eventMembers: {
    readonly cardId: string;
    readonly cardRef: string;
    readonly maskedPan?: string;
  };
}

interface CardRow {
  card_ref: string;
  pan_last4: string | null;
  pin_status: string;
}

/** Locks the card's row until the transaction ends, so that it is not closed meanwhile. Null for an unknown card. */
export async function lockCard(
  manager: EntityManager,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<LockedCard | null> {
  const [card] = await manager.query<CardRow[]>(
    'SELECT card_ref, pan_last4, pin_status FROM cards WHERE tenant_id = $1 AND card_id = $2 FOR NO KEY UPDATE',
    [tenantId, cardId],
  );
  if (card === undefined) return null;
  const { card_ref: cardRef, pan_last4: last4 } = card;
  return {
    isClosed: card.pin_status === 'closed',
    eventMembers: { cardId, cardRef, ...(last4 === null ? {} : { maskedPan: `XXXX${last4}` }) },
  };
}
