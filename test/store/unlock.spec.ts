import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdCard } from './held-row.js';
import { auditLines, cardRow, contents, eventRows } from './look.js';
import {
  contextOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  openStore,
  spendOf,
  TENANT,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

async function lockedCard(): Promise<string> {
  const cardId = await newCardWithPin(rig.store);
  await lockCard(rig.store, cardId);
  return cardId;
}

describe('an unlock', () => {
  it('refills the tries, keeps the failures, and says who did it and why', async () => {
    const cardId = await lockedCard();
    const request = unlockOf(cardId);
    expect(await rig.store.unlock(request)).toMatchObject({ outcome: 'done' });
    const card = await rig.store.findCard(TENANT, cardId);
    expect(card).toMatchObject({
      pinStatus: 'active',
      triesRemaining: 3,
      failuresWithoutSuccess: 3,
      lockedAt: null,
      lastUnlock: { by: 'someone', reason: 'cardholder called' },
    });
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'pin.unlock',
      result: 'unlocked',
      details: expect.stringMatching(/,"reason":"cardholder called"\}$/) as string,
      eventNo: card?.eventNo,
      requestId: request.context.requestId,
    });
    const event = (await eventRows(rig.owner, cardId)).at(-1);
    expect(event).toMatchObject({ type: 'pin.unlocked', eventNo: card?.eventNo });
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ pinStatus: 'active', triesRemaining: 3 });
  });

  it('lifts a lock that only a lowered limit has made', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    const stricter = rig.withPolicy({ maxTries: 1 });
    expect(await stricter.unlock(unlockOf(cardId))).toMatchObject({ outcome: 'done' });
    expect(await stricter.spend(spendOf(cardId))).toMatchObject({ outcome: 'granted', triesSpent: 1 });
  });

  it('happens once, however many copies of the request come at once: all get its answer', async () => {
    const request = unlockOf(await lockedCard());
    const copies = Array.from({ length: 40 }, async () => await rig.store.unlock(request));
    const outcomes = (await Promise.all(copies)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'answered']));
  });

  it('gives the stored answer to a repeated request, and changes nothing', async () => {
    const cardId = await lockedCard();
    const request = unlockOf(cardId);
    await rig.store.unlock(request);
    await lockCard(rig.store, cardId);
    const before = await contents(rig.owner);
    expect(await rig.store.unlock(request)).toEqual({ outcome: 'answered', body: { pinStatus: 'active' } });
    const { requestId } = request.context;
    const otherBody = contextOf({ requestId, path: cardId, body: 'another reason' });
    expect(await rig.store.unlock({ ...request, context: otherBody })).toEqual({
      outcome: 'REQUEST_ID_REUSED',
    });
    expect(await contents(rig.owner)).toBe(before);
  });

  it('happens once, however many operators press the button', async () => {
    const cardId = await lockedCard();
    const superuser = await rig.database.open({ url: rig.database.superuserUrl });
    const holder = await holdCard(superuser, cardId);
    const unlocks = Promise.all([1, 2, 3].map(() => rig.store.unlock(unlockOf(cardId))));
    await holder.untilWaiting(3);
    await holder.commit();
    const outcomes = (await unlocks).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['PIN_NOT_LOCKED', 'PIN_NOT_LOCKED', 'done']);
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ eventNo: '9' });
  });
});

describe('an unlock is refused, and writes nothing', () => {
  async function refusal(cardId: string): Promise<unknown> {
    const before = await contents(rig.owner);
    const result = await rig.store.unlock(unlockOf(cardId));
    expect(await contents(rig.owner)).toBe(before);
    return result;
  }

  it('for a card that is unknown, closed or not locked', async () => {
    expect(await refusal(randomUUID())).toEqual({ outcome: 'CARD_NOT_FOUND' });
    expect(await refusal(await newCard(rig.store))).toEqual({ outcome: 'PIN_NOT_LOCKED' });
    const cardId = await newCardWithPin(rig.store);
    expect(await refusal(cardId)).toEqual({ outcome: 'PIN_NOT_LOCKED' });
    await rig.owner.query("UPDATE cards SET pin_status = 'closed' WHERE card_id = $1", [cardId]);
    expect(await refusal(cardId)).toEqual({ outcome: 'CARD_CLOSED' });
  });

  it('while an evaluation is in flight', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.store.spend(spendOf(cardId));
    expect(await refusal(cardId)).toEqual({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
  });

  it('after nine failures in a row, across unlocks; a success in between starts the count anew', async () => {
    const cardId = await lockedCard();
    await rig.store.unlock(unlockOf(cardId));
    await evaluate(rig.store, cardId, 'matched');
    for (let round = 1; round <= 3; round += 1) {
      await lockCard(rig.store, cardId);
      const expected = round < 3 ? 'done' : 'PIN_RESET_REQUIRED';
      expect(await rig.store.unlock(unlockOf(cardId))).toMatchObject({ outcome: expected });
    }
    expect(await refusal(cardId)).toEqual({ outcome: 'PIN_RESET_REQUIRED' });
    expect(await rig.store.findCard(TENANT, cardId)).toMatchObject({ failuresWithoutSuccess: 9 });
  });
});
