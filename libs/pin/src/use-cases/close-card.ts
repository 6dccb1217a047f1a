import { answered, storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { Card } from '../ports/card.js';
import type { PinStore } from '../ports/pin-store.js';
import { refusalError } from './outcomes.js';

type CardBody = Readonly<Record<string, unknown>>;

export interface CloseCardRequest {
  readonly context: RequestContext;
  readonly cardId: string;
  /** What the caller is shown of the card, and shown again when the request is repeated. */
  readonly view: (card: Card) => CardBody;
}

/** Ends a card for good: its PAN, its verifiers and its one-time passwords are erased. */
export class CloseCard {
  constructor(private readonly store: PinStore) {}

  async execute({ context, cardId, view }: CloseCardRequest): Promise<Answered<CardBody>> {
    const answerOf = (card: Card) => storedBody(view(card));
    const result = await this.store.closeCard({ context, cardId, answerOf });
    if (result.outcome === 'closed') return answered(answerOf(result.card), { replayed: false });
    if (result.outcome === 'answered') return answered(result.answer);
    throw refusalError(result);
  }
}
