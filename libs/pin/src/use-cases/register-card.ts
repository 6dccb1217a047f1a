import { randomInt, randomUUID } from 'node:crypto';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import { answered, claimRefusal, storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { Card } from '../ports/card.js';
import type { CardRegistered, PinStore } from '../ports/pin-store.js';
import { replay } from './outcomes.js';

type CardBody = Readonly<Record<string, unknown>>;

export interface RegisterCardRequest {
  readonly context: RequestContext;
  readonly cardRef: string;
  /** What the caller is shown of the card, and shown again when the request is repeated. */
  readonly view: (card: Card) => CardBody;
}

/** Makes a card known under the caller's own reference, and issues its id and surrogate PIN account. */
export class RegisterCard {
  constructor(private readonly store: PinStore) {}

  /** `created` is false when the same cardRef had been registered before. */
  async execute({ context, cardRef, view }: RegisterCardRequest): Promise<Answered<CardBody>> {
    if (holdsSecret(cardRef)) {
      throw new PinwardError('REQUEST_INVALID', {
        errors: [{ pointer: '/cardRef', detail: 'looks like a card number: use a reference of your own' }],
      });
    }
    const answerOf = ({ outcome, card }: CardRegistered) =>
      outcome === 'registered'
        ? storedBody(view(card))
        : { ...storedBody(view(card)), created: false as const };
    const offered = { context, cardRef, cardId: randomUUID(), pinAccount: surrogatePinAccount(), answerOf };
    const result = await this.store.registerCard(offered);
    switch (result.outcome) {
      case 'registered':
      case 'existing':
        return answered(answerOf(result), { replayed: false });
      case 'answered':
        return replay(result.answer);
      case 'card-ref-in-use':
        throw new PinwardError('CARD_REF_IN_USE');
      default:
        throw claimRefusal(result);
    }
  }
}

/** 12 random digits, so that a PIN block is bound to the card without the PAN (docs/pin-envelope.md). */
function surrogatePinAccount(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}
