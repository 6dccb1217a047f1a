import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Card, CardFilter } from '#libs/pin';
import { auditLines } from './look.js';
import {
  answerOfCard,
  contextOf,
  enrolmentOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  openStore,
  spendOf,
  TENANT,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

const registration = (cardRef: string) => ({
  context: contextOf(),
  cardRef,
  cardId: randomUUID(),
  pinAccount: '000123456789',
  answerOf: answerOfCard,
});

describe('registering', () => {
  it('makes a card without a PIN and tells the audit trail', async () => {
    const request = registration('first');
    const { cardId, pinAccount } = request;
    expect(await rig.store.registerCard(request)).toEqual({
      outcome: 'registered',
      card: {
        ...{
          tenantId: TENANT,
          cardId,
          cardRef: 'first',
          maskedPan: null,
          pinAccountSource: 'surrogate',
          pinAccount,
        },
        ...{ pinStatus: 'unset', maxTries: 3, triesRemaining: 3, failuresWithoutSuccess: 0 },
        ...{ lockedAt: null, pinSetAt: null, lastUnlock: null, eventNo: '1' },
      },
    });
    const [line] = await auditLines(rig.owner, cardId);
    expect(line).toMatchObject({ action: 'card.register', result: 'registered', eventNo: '1' });
    expect(JSON.parse(line?.details ?? '')).toEqual({
      ...{ pinStatus: 'unset', triesSpent: 0, failuresWithoutSuccess: 0, cardRef: 'first' },
    });
  });

  it('finds the card that has the reference, and leaves its id and account alone', async () => {
    const first = registration('again');
    await rig.store.registerCard(first);
    const again = await rig.store.registerCard({ ...registration('again'), pinAccount: '999999999999' });
    expect(again).toMatchObject({
      outcome: 'existing',
      card: { cardId: first.cardId, pinAccount: '000123456789' },
    });
  });

  it('makes one card of many concurrent registrations', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => rig.store.registerCard(registration('together'))),
    );
    expect(results.filter(({ outcome }) => outcome === 'registered')).toHaveLength(1);
    const ids = results.map((result) => ('card' in result ? result.card.cardId : result.outcome));
    expect(new Set(ids).size).toBe(1);
  });

  it('answers a repeated request as it did first, whatever has become of the card', async () => {
    const first = registration('repeated');
    await rig.store.registerCard(first);
    await rig.store.recordEnrolment(enrolmentOf(first.cardId));
    expect(await rig.store.registerCard({ ...registration('repeated'), context: first.context })).toEqual({
      outcome: 'answered',
      answer: { body: { cardId: first.cardId, outcome: 'registered' } },
    });
    const { requestId } = first.context;
    const context = contextOf({ requestId, body: 'other' });
    expect(await rig.store.registerCard({ ...registration('repeated-2'), context })).toEqual({
      outcome: 'request-id-reused',
    });
    expect(await rig.store.findCards(TENANT, { cardRef: 'repeated-2', limit: 1 })).toMatchObject({
      items: [],
    });
  });

  it('tells every one of many concurrent copies of a request that it made the card', async () => {
    const { context } = registration('copies');
    const results = await Promise.all(
      Array.from({ length: 20 }, () => rig.store.registerCard({ ...registration('copies'), context })),
    );
    const [made, ...others] = results.toSorted((one) => (one.outcome === 'registered' ? -1 : 1));
    expect(made).toMatchObject({ outcome: 'registered' });
    expect(others.map((other) => ('answer' in other ? other.answer : other))).toEqual(
      Array.from({ length: 19 }, () => ({
        body: { cardId: made !== undefined && 'card' in made && made.card.cardId, outcome: 'registered' },
      })),
    );
  });

  it('refuses a reference whose card is bound to its PAN', async () => {
    await rig.store.registerCard(registration('bound'));
    await rig.owner.query(
      "UPDATE cards SET pin_account_source = 'pan', pin_account = NULL WHERE card_ref = 'bound'",
    );
    expect(await rig.store.registerCard(registration('bound'))).toEqual({ outcome: 'card-ref-in-use' });
  });

  it('keeps tenants apart, and knows no card of a tenant that does not exist', async () => {
    await rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('second')");
    const context = { ...contextOf(), tenantId: 'second' };
    const own = registration('shared');
    const other = { ...registration('shared'), context };
    await rig.store.registerCard(own);
    expect(await rig.store.registerCard(other)).toMatchObject({ outcome: 'registered' });
    expect(await rig.store.findCard('second', own.cardId)).toBeNull();
    const nobody = { ...registration('shared'), context: { ...context, tenantId: 'nobody' } };
    await expect(rig.store.registerCard(nobody)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('finding', () => {
  it('is null for anything that is no card', async () => {
    expect(await rig.store.findCard(TENANT, randomUUID())).toBeNull();
    expect(await rig.store.findCard(TENANT, 'not-a-uuid')).toBeNull();
    expect(await rig.store.readForEnrolment(TENANT, 'not-a-uuid')).toBeNull();
  });

  it('shows the tries left, and a lowered limit as the lock it is', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    expect(await rig.store.findCard(TENANT, cardId)).toMatchObject({
      pinStatus: 'active',
      triesRemaining: 1,
    });
    const stricter = rig.withPolicy({ maxTries: 2 });
    expect(await stricter.findCard(TENANT, cardId)).toMatchObject({ pinStatus: 'locked', triesRemaining: 0 });
    await rig.store.spend(spendOf(cardId));
    expect(await stricter.findCard(TENANT, cardId)).toMatchObject({ pinStatus: 'active', triesRemaining: 0 });
  });

  it('shows the last four digits and nothing else of a PAN', async () => {
    const cardId = await newCard(rig.store);
    await rig.owner.query("UPDATE cards SET pan_last4 = '4242' WHERE card_id = $1", [cardId]);
    expect(await rig.store.findCard(TENANT, cardId)).toMatchObject({ maskedPan: 'XXXX4242' });
  });
});

describe('a list of cards', () => {
  async function everyPage(filter: Omit<CardFilter, 'cursor'>): Promise<Card[]> {
    const cards: Card[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await rig.store.findCards(TENANT, { ...filter, cursor: cursor ?? undefined });
      expect(page.items.length).toBeLessThanOrEqual(filter.limit);
      cards.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return cards;
  }

  it('has every card once, page by page, whatever the size of a page', async () => {
    const [row] = await rig.owner.query<{ count: string }[]>(
      'SELECT count(*) FROM cards WHERE tenant_id = $1',
      [TENANT],
    );
    const all = Number(row?.count);
    for (const limit of [1, 3, all, all + 1]) {
      const ids = (await everyPage({ limit })).map(({ cardId }) => cardId);
      expect(new Set(ids).size).toBe(all);
      expect(ids).toHaveLength(all);
    }
  });

  it('filters by status and by reference', async () => {
    const locked = await Promise.all([newCardWithPin(rig.store), newCardWithPin(rig.store)]);
    for (const cardId of locked) await lockCard(rig.store, cardId);
    const found = await everyPage({ pinStatus: 'locked', limit: 1 });
    expect(found.map(({ cardId }) => cardId)).toEqual(locked.toSorted());
    const [one] = await everyPage({ cardRef: `ref-${locked[0]}`, limit: 50 });
    expect(one?.cardId).toBe(locked[0]);
    expect(await everyPage({ cardRef: 'no such reference', limit: 50 })).toEqual([]);
  });

  it.each(['', 'x', '!!!', 'AAAAAAAAAAAAAAAAAAAAAA==', 'AAAAAAAAAAAAAAAAAAAAAB', 'A'.repeat(400)])(
    'refuses the cursor %j',
    async (cursor) => {
      const page = rig.store.findCards(TENANT, { limit: 1, cursor });
      await expect(page).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );
});
