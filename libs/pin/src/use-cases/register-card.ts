import { randomInt, randomUUID } from 'node:crypto';
import type { CardData, CardVault } from '#libs/card-vault';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import { answered, claimRefusal, storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { Card } from '../ports/card.js';
import type { CardRegistered, NewCardData, PinStore } from '../ports/pin-store.js';
import { earlierAnswer } from './enrolment.js';
import { replay } from './outcomes.js';

/** How to make one that is never refused. */
const NOT_A_REFERENCE =
  "looks like a card number or a credential: use a reference of your own, a UUID or the card's row in your database";

type CardBody = Readonly<Record<string, unknown>>;

export interface RegisterCardRequest {
  readonly context: RequestContext;
  readonly cardRef: string;
  /** Null for a card whose data the service need not know. */
  readonly data: CardData | null;
  /** Where the PIN account comes from; the PAN's needs data. */
  readonly pinAccountSource: Card['pinAccountSource'];
  /** What the caller is shown of the card, and shown again when the request is repeated. */
  readonly view: (card: Card) => CardBody;
}

/** Makes a card known under the caller's own reference, issues its id and PIN account, and seals its data. */
export class RegisterCard {
  constructor(
    private readonly store: PinStore,
    private readonly vault: CardVault,
  ) {}

  /** `created` is false when the same cardRef had been registered before, and no data are known or given. */
  async execute(request: RegisterCardRequest): Promise<Answered<CardBody>> {
    const { context, cardRef, data, pinAccountSource, view } = request;
    // 1. A PAN has no place in a reference, and a repeated request costs the HSM nothing.
    if (holdsSecret(cardRef)) {
      throw new PinwardError('REQUEST_INVALID', {
        errors: [{ pointer: '/cardRef', detail: NOT_A_REFERENCE }],
      });
    }
    const answerOf = ({ outcome, card }: CardRegistered) =>
      outcome === 'registered'
        ? storedBody(view(card))
        : { ...storedBody(view(card)), created: false as const };
    // Found before the request id is looked up, so that a copy of the request that made the card gets its answer.
    const taken = data === null ? null : await this.cardUnder(context.tenantId, cardRef);
    const answer = await earlierAnswer(this.store, context);
    if (answer !== null) return replay(answer);
    // 2. A reference that is taken is refused before any data is touched: whatever they are, they change nothing.
    if (taken?.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
    if (taken !== null) throw new PinwardError('CARD_REF_IN_USE');
    // 3. Seal the data for the id that this card will have.
    const cardId = randomUUID();
    const pinAccount = pinAccountSource === 'pan' ? null : surrogatePinAccount();
    const sealed = data === null ? null : await this.seal({ tenantId: context.tenantId, cardId }, data);
    // 4. The card, its data, answer and audit in one transaction.
    const result = await this.store.registerCard({
      ...{ context, cardRef, cardId, pinAccount, data: sealed, answerOf },
    });
    switch (result.outcome) {
      case 'registered':
      case 'existing':
        return answered(answerOf(result), { replayed: false });
      case 'answered':
        return replay(result.answer);
      case 'card-ref-in-use':
        throw new PinwardError('CARD_REF_IN_USE');
      case 'card-closed':
        throw new PinwardError('CARD_CLOSED');
      default:
        throw claimRefusal(result);
    }
  }

  private async cardUnder(tenantId: string, cardRef: string): Promise<Card | null> {
    const { items } = await this.store.findCards(tenantId, { cardRef, limit: 1 });
    return items[0] ?? null;
  }

  private async seal(
    card: { readonly tenantId: string; readonly cardId: string },
    data: CardData,
  ): Promise<NewCardData> {
    return {
      sealed: await this.vault.seal(card, data),
      last4: data.last4,
    };
  }
}

/** 12 random digits, so that a PIN block is bound to the card without the PAN (docs/pin-envelope.md). */
function surrogatePinAccount(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}
