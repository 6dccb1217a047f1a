import { randomInt, randomUUID } from 'node:crypto';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { looksLikePan } from '#libs/pan-mask';
import type { Card } from '../ports/card.js';
import type { PinStore } from '../ports/pin-store.js';

export interface RegisterCardRequest {
  readonly context: RequestContext;
  readonly cardRef: string;
}

export interface CardRegistered {
  readonly card: Card;
  /** False when the same cardRef had been registered before. */
  readonly created: boolean;
}

/** Makes a card known under the caller's own reference, and issues its id and surrogate PIN account. */
export class RegisterCard {
  constructor(private readonly store: PinStore) {}

  async execute({ context, cardRef }: RegisterCardRequest): Promise<CardRegistered> {
    if (looksLikePan(cardRef)) {
      throw new PinwardError('REQUEST_INVALID', {
        errors: [{ pointer: '/cardRef', detail: 'looks like a card number: use a reference of your own' }],
      });
    }
    const offered = { context, cardRef, cardId: randomUUID(), pinAccount: surrogatePinAccount() };
    const result = await this.store.registerCard(offered);
    if (result.outcome === 'card-ref-in-use') throw new PinwardError('CARD_REF_IN_USE');
    return { card: result.card, created: result.outcome === 'registered' };
  }
}

/** 12 random digits, so that a PIN block is bound to the card without the PAN (docs/pin-envelope.md). */
function surrogatePinAccount(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}
