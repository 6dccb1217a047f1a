import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SpendRequest } from '#libs/pin';
import { cardRow, eventRows, eventsOf } from './look.js';
import {
  evaluate,
  newCardWithPin,
  openStore,
  OVERDUE,
  settleOf,
  spendOf,
  TENANT,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';
import type { TestedStore } from './tested-store.js';

let rig: StoreUnderTest;
let crashing: TestedStore;
beforeAll(async () => {
  rig = await openStore({ poolSize: 16 });
  crashing = rig.withPolicy(OVERDUE);
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(async () => {
  await rig.store.closeAbandoned(1000);
});

const warnings = async (cardId: string) =>
  (await eventRows(rig.owner, cardId)).filter(({ type }) => type === 'pin.last_try');

/** A card with two tries left of three. */
async function afterOne(): Promise<string> {
  const cardId = await newCardWithPin(rig.store);
  await evaluate(rig.store, cardId, 'not-matched');
  return cardId;
}

/** Its second try is spent, and the process that did so is gone. */
async function crashed(): Promise<SpendRequest> {
  const request = spendOf(await afterOne());
  expect(await crashing.spend(request)).toMatchObject({ outcome: 'granted', triesLeft: 1 });
  return request;
}

describe.each(['not-matched', 'unreadable', 'abandoned'] as const)('a try that ends %s', (verdict) => {
  it('and leaves exactly one is told once, with the state of the card, under its event number', async () => {
    const cardId = await afterOne();
    expect(await warnings(cardId)).toEqual([]);
    const { context } = await evaluate(rig.store, cardId, verdict);
    const [event, ...more] = await warnings(cardId);
    expect(more).toEqual([]);
    expect(event?.eventNo).toBe((await cardRow(rig.owner, cardId)).eventNo);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      cardId,
      pinStatus: 'active',
      triesRemaining: 1,
      requestId: context.requestId,
    });
    await evaluate(rig.store, cardId, verdict);
    expect(await warnings(cardId)).toHaveLength(1);
    expect((await eventsOf(rig.owner, cardId)).at(-1)).toBe('pin.locked');
  });
});

describe('the warning', () => {
  it('comes behind the try that failed, and again after a success', async () => {
    const cardId = await afterOne();
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'matched');
    for (let tries = 0; tries < 2; tries += 1) await evaluate(rig.store, cardId, 'not-matched');
    const round = ['pin.try_failed', 'pin.try_failed', 'pin.last_try'];
    expect(await eventsOf(rig.owner, cardId)).toEqual(['pin.set', ...round, ...round]);
  });

  it('does not come again where the last try is given back, or where its success ends', async () => {
    const cardId = await afterOne();
    for (const verdict of ['not-matched', 'given-back', 'given-back', 'matched'] as const)
      await evaluate(rig.store, cardId, verdict);
    expect(await warnings(cardId)).toHaveLength(1);
  });

  it('cannot come with a limit of one try: the first wrong PIN locks, and a success is no warning', async () => {
    const cardId = await newCardWithPin(rig.store);
    const strict = rig.withPolicy({ maxTries: 1 });
    await evaluate(strict, cardId, 'matched');
    await evaluate(strict, cardId, 'not-matched');
    expect(await eventsOf(rig.owner, cardId)).toEqual(['pin.set', 'pin.try_failed', 'pin.locked']);
  });

  it("goes by a tenant's own limit", async () => {
    await rig.owner.query('UPDATE tenants SET pin_max_tries = 2 WHERE tenant_id = $1', [TENANT]);
    try {
      expect(await warnings(await afterOne())).toHaveLength(1);
    } finally {
      await rig.owner.query('UPDATE tenants SET pin_max_tries = NULL WHERE tenant_id = $1', [TENANT]);
    }
  });

  it('is not of an unlock, whose own event tells how many tries there are', async () => {
    const cardId = await afterOne();
    for (let tries = 0; tries < 2; tries += 1) await evaluate(rig.store, cardId, 'not-matched');
    await rig.store.unlock(unlockOf(cardId));
    expect(await warnings(cardId)).toHaveLength(1);
  });
});

describe('wrong PINs at once', () => {
  it('bring it once, however they meet', async () => {
    const cards = await Promise.all(Array.from({ length: 6 }, () => newCardWithPin(rig.store)));
    const guessUntilLocked = async (cardId: string) => {
      for (;;) {
        const request = spendOf(cardId);
        const { outcome } = await rig.store.spend(request);
        if (outcome === 'PIN_LOCKED') return;
        if (outcome === 'granted') await rig.store.settle(settleOf(request, 'not-matched'));
      }
    };
    await Promise.all(cards.flatMap((cardId) => Array.from({ length: 12 }, () => guessUntilLocked(cardId))));
    for (const cardId of cards) expect(await warnings(cardId)).toHaveLength(1);
  });

  it('that settle one evaluation again and again bring it once', async () => {
    const request = spendOf(await afterOne());
    await rig.store.spend(request);
    await Promise.all(Array.from({ length: 40 }, () => rig.store.settle(settleOf(request, 'not-matched'))));
    expect(await warnings(request.cardId)).toHaveLength(1);
  });
});

describe('a crash between spend and settle', () => {
  it('is told by the sweeper, and not again by the settle that comes late', async () => {
    const request = await crashed();
    expect(await rig.store.closeAbandoned(100)).toBe(1);
    expect(await warnings(request.cardId)).toHaveLength(1);
    expect(await rig.store.settle(settleOf(request, 'not-matched'))).toMatchObject({ outcome: 'answered' });
    expect(await warnings(request.cardId)).toHaveLength(1);
  });

  it('is told by the late settle where that was first, and not again by the sweeper', async () => {
    const request = await crashed();
    expect(await rig.store.settle(settleOf(request, 'not-matched'))).toEqual({ outcome: 'settled' });
    expect(await rig.store.closeAbandoned(100)).toBe(0);
    expect(await warnings(request.cardId)).toHaveLength(1);
  });

  it('is told by one of both where they meet', async () => {
    const requests = await Promise.all(Array.from({ length: 10 }, crashed));
    await Promise.all([
      ...requests.map((request) => rig.store.settle(settleOf(request, 'not-matched'))),
      ...requests.map(() => rig.store.closeAbandoned(1)),
    ]);
    await rig.store.closeAbandoned(100);
    for (const { cardId } of requests) expect(await warnings(cardId)).toHaveLength(1);
  });

  it('whose late settle is a success ends without it', async () => {
    const request = await crashed();
    await rig.store.settle(settleOf(request, 'matched'));
    expect(await warnings(request.cardId)).toEqual([]);
  });
});
