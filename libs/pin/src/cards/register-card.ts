import { randomInt, randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { CardData, CardVault, SealedCardData } from '#libs/card-vault';
import { CardDataEntity, CardEntity, TenantEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import {
  answered,
  earlierAnswer,
  once,
  storedBody,
  type Answered,
  type RequestContext,
} from '#libs/requests';
import { NOT_A_REFERENCE } from '#libs/sent-json';
import type { PinPolicy } from '../policy.js';
import type { Card } from './card.js';
import { shownCards } from './card-rows.js';
import type { CardStore } from './card-store.js';

type CardBody = Readonly<Record<string, unknown>>;

export interface RegisterCardRequest {
  readonly context: RequestContext;
  readonly cardRef: string;
  /** Null for a card whose data the service does not need. */
  readonly data: CardData | null;
  /** Where the PIN account comes from; `pan` needs data. */
  readonly pinAccountSource: Card['pinAccountSource'];
  /** Whether its PIN is kept in a chip as well. */
  readonly chip: boolean;
  /** The card as the caller sees it, also when the request is repeated. */
  readonly view: (card: Card) => CardBody;
}

/** Card data, sealed for the card id that is proposed. */
interface NewCardData {
  readonly sealed: SealedCardData;
  readonly last4: CardData['last4'];
}

interface NewCard {
  readonly tenantId: string;
  /** An existing card with the same cardRef keeps its own id. */
  readonly cardId: string;
  readonly cardRef: string;
  /** Null when it comes from the PAN. */
  readonly pinAccount: string | null;
  readonly chip: boolean;
  readonly data: NewCardData | null;
}

/** Registers a card under the caller's own reference, issues its id and PIN account, and seals its data. */
export class RegisterCard {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
    private readonly cards: CardStore,
    private readonly vault: CardVault,
  ) {}

  /**
   * `created` is false when the same cardRef was registered before, and neither request has card data.
   *
   * @throws PinwardError CARD_REF_IN_USE, CARD_CLOSED, REQUEST_INVALID
   */
  async execute(request: RegisterCardRequest): Promise<Answered<CardBody>> {
    const { context, cardRef, data, pinAccountSource, chip, view } = request;
    const { tenantId } = context;
    // 1. A PAN has no place in a reference, and a repeated request costs the HSM nothing.
    if (holdsSecret(cardRef)) {
      throw new PinwardError('REQUEST_INVALID', {
        errors: [{ pointer: '/cardRef', detail: NOT_A_REFERENCE }],
      });
    }
    // Looked up before the request id, so that a copy of the request that made the card gets its answer.
    const taken = data === null ? null : await this.cardUnder(tenantId, cardRef);
    const answer = await earlierAnswer(this.dataSource, context);
    if (answer !== null) return answered(answer);
    // 2. A reference that is taken is refused before the data are touched: the answer is the same for all data.
    if (taken?.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
    if (taken !== null) throw new PinwardError('CARD_REF_IN_USE');
    // 3. Seal the data for the id that this card will have.
    const cardId = randomUUID();
    const pinAccount = pinAccountSource === 'pan' ? null : surrogatePinAccount();
    const sealed = data === null ? null : await this.seal({ tenantId, cardId }, data);
    // 4. The card, its data, answer and audit in one transaction.
    const call = { action: 'card.register', stoppedAs: 'card.register' } as const;
    return await once(this.dataSource, context, call, async (manager) => {
      const { made, row } = await makeOrFind(manager, {
        tenantId,
        cardId,
        cardRef,
        pinAccount,
        chip,
        data: sealed,
      });
      const [card] = await shownCards(manager, this.policy, tenantId, [row]);
      if (card === undefined) throw new Error('a row is a card');
      const body = storedBody(view(card));
      return made
        ? { cardId, answer: body, line: { result: 'registered', eventNo: row.eventNo, details: { cardRef } } }
        : { cardId: row.cardId, answer: { ...body, created: false } };
    });
  }

  private async cardUnder(tenantId: string, cardRef: string): Promise<Card | null> {
    const { items } = await this.cards.findCards(tenantId, { cardRef, limit: 1 });
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

/** 12 random digits, which bind a PIN block to the card without the PAN (docs/pin-envelope.md). */
export function surrogatePinAccount(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('');
}

/** The card's unique reference decides: of concurrent registrations one makes the card, and the others find it. */
async function makeOrFind(
  manager: EntityManager,
  { tenantId, cardId, cardRef, pinAccount, chip, data }: NewCard,
): Promise<{ readonly made: boolean; readonly row: CardEntity }> {
  if (!(await manager.existsBy(TenantEntity, { tenantId })))
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the client has no such tenant') });
  const pinAccountSource = pinAccount === null ? 'pan' : 'surrogate';
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(CardEntity)
    .values({ tenantId, cardId, cardRef, pinAccount, pinAccountSource, chip, panLast4: data?.last4 ?? null })
    .orIgnore()
    .returning('card_id')
    .execute();
  const made = Array.isArray(inserted.raw) && inserted.raw.length === 1;
  const row = await manager.findOneByOrFail(CardEntity, { tenantId, cardRef });
  if (row.pinStatus === 'closed') throw new PinwardError('CARD_CLOSED');
  if (made && data !== null) await manager.insert(CardDataEntity, { tenantId, cardId, ...data.sealed });
  // Data are never compared with stored data: the answer would help to guess them (docs/adr/0024). That a card has none
  // is no secret, nor whether it has a chip.
  const dataless = data === null && row.panLast4 === null && row.pinAccountSource === pinAccountSource;
  if (!made && !(dataless && row.chip === chip)) throw new PinwardError('CARD_REF_IN_USE');
  return { made, row };
}
