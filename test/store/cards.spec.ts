import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Card, CardFilter } from '#libs/pin';
import { auditLines } from './look.js';
import {
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

/** A registration that is no copy. */
const register = (cardRef: string) => rig.store.register(contextOf(), cardRef);

describe('registering', () => {
  it('makes a card without a PIN and tells the audit trail', async () => {
    const { outcome, body: card } = await register('first');
    expect(outcome).toBe('done');
    expect(card).toEqual({
      tenantId: TENANT,
      cardId: expect.any(String) as string,
      cardRef: 'first',
      maskedPan: null,
      pinAccountSource: 'surrogate',
      pinAccount: expect.stringMatching(/^\d{12}$/) as string,
      chip: false,
      pendingCommands: [],
      pinStatus: 'unset',
      maxTries: 3,
      triesRemaining: 3,
      failuresWithoutSuccess: 0,
      lockedAt: null,
      pinSetAt: null,
      lastUnlock: null,
      eventNo: '1',
    });
    const [line] = await auditLines(rig.owner, card?.cardId ?? '');
    expect(line).toMatchObject({ action: 'card.register', result: 'registered', eventNo: '1' });
    expect(JSON.parse(line?.details ?? '')).toEqual({
      pinStatus: 'unset',
      triesSpent: 0,
      failuresWithoutSuccess: 0,
      cardRef: 'first',
    });
  });

  it('finds the card that has the reference, and leaves its id and account alone', async () => {
    const { body: first } = await register('again');
    const again = await register('again');
    expect(again).toEqual({ outcome: 'existing', body: first });
    expect(await auditLines(rig.owner, first?.cardId ?? '')).toHaveLength(1);
  });

  it('makes one card of many concurrent registrations', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => register('together')));
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'existing')).toHaveLength(19);
    expect(new Set(results.map(({ body }) => body?.cardId)).size).toBe(1);
  });

  it('answers a repeated request as it did first, whatever has become of the card', async () => {
    const context = contextOf();
    const { body: first } = await rig.store.register(context, 'repeated');
    await rig.store.set(enrolmentOf(first?.cardId ?? ''));
    expect(await rig.store.register(context, 'repeated')).toEqual({ outcome: 'answered', body: first });
    const otherBody = contextOf({ requestId: context.requestId, body: 'other' });
    expect(await rig.store.register(otherBody, 'repeated-2')).toEqual({ outcome: 'REQUEST_ID_REUSED' });
    expect(await rig.store.findCards(TENANT, { cardRef: 'repeated-2', limit: 1 })).toMatchObject({
      items: [],
    });
  });

  it('tells every one of many concurrent copies of a request that it made the card', async () => {
    const context = contextOf();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => rig.store.register(context, 'copies')),
    );
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'answered')).toHaveLength(19);
    const made = results.find(({ outcome }) => outcome === 'done');
    expect(results.map(({ body }) => body)).toEqual(results.map(() => made?.body));
  });

  it('refuses a reference whose card is bound to its PAN', async () => {
    await register('bound');
    await rig.owner.query(
      "UPDATE cards SET pin_account_source = 'pan', pin_account = NULL WHERE card_ref = 'bound'",
    );
    expect(await register('bound')).toEqual({ outcome: 'CARD_REF_IN_USE' });
  });

  it('keeps tenants apart, and knows no card of a tenant that does not exist', async () => {
    await rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('second')");
    const { body: own } = await register('shared');
    const ofSecond = { ...contextOf(), tenantId: 'second' };
    expect(await rig.store.register(ofSecond, 'shared')).toMatchObject({ outcome: 'done' });
    expect(await rig.store.findCard('second', own?.cardId ?? '')).toBeNull();
    const nobody = { ...contextOf(), tenantId: 'nobody' };
    await expect(rig.store.register(nobody, 'shared')).rejects.toMatchObject({ code: 'INTERNAL' });
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
    const [first] = found;
    expect(await everyPage({ cardRef: first?.cardRef, limit: 50 })).toEqual([first]);
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
