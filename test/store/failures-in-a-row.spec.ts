import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDeploymentPolicy } from '#libs/database';
import { cardRow, eventsOf } from './look.js';
import {
  enrolmentOf,
  evaluate,
  newCardWithPin,
  newOtp,
  openStore,
  OVERDUE,
  POLICY,
  settleOf,
  spendOf,
  TENANT,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';
import type { TestedStore } from './tested-store.js';

const MOST = POLICY.maxFailuresWithoutSuccess;

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore({ poolSize: 16 });
  const policy = { approvals: 1, maxTries: POLICY.maxTries, maxFailuresWithoutSuccess: MOST };
  await recordDeploymentPolicy(rig.owner.manager, policy);
});
afterAll(() => rig[Symbol.asyncDispose]());

const found = async (cardId: string) => await rig.store.findCard(TENANT, cardId);
const unlocked = async (store: TestedStore, cardId: string) => await store.unlock(unlockOf(cardId));

/** Wrong PINs until the card locks. @returns how many were judged */
async function guess(store: TestedStore, cardId: string): Promise<number> {
  for (let judged = 0; ; judged += 1) {
    const request = spendOf(cardId);
    const granted = await store.spend(request);
    if (granted.outcome !== 'granted') {
      expect(granted.outcome).toBe('PIN_LOCKED');
      return judged;
    }
    await store.settle(settleOf(request, 'not-matched'));
    // What the answer says, what the card says, what the event says.
    const card = await store.findCard(TENANT, cardId);
    expect(card?.triesRemaining).toBe(granted.triesLeft);
    expect(card?.pinStatus).toBe(granted.triesLeft === 0 ? 'locked' : 'active');
    expect(await lastEvent(cardId, 'pin.try_failed')).toMatchObject({ triesRemaining: granted.triesLeft });
  }
}

async function lastEvent(cardId: string, type: string): Promise<unknown> {
  const [row] = await rig.owner.query<{ data: string }[]>(
    'SELECT data FROM outbox_events WHERE card_id = $1 AND type = $2 ORDER BY id DESC LIMIT 1',
    [cardId, type],
  );
  return JSON.parse(row?.data ?? 'null');
}

/** Wrong PINs and unlocks until unlocking is refused. */
async function guessOn(store: TestedStore, cardId: string): Promise<{ judged: number; end: string }> {
  let judged = 0;
  for (;;) {
    judged += await guess(store, cardId);
    const { outcome } = await unlocked(store, cardId);
    if (outcome !== 'done') return { judged, end: outcome };
    expect(await lastEvent(cardId, 'pin.unlocked')).toMatchObject({
      triesRemaining: (await store.findCard(TENANT, cardId))?.triesRemaining,
    });
  }
}

describe.each([1, 2, 3, 4, 5, 8, 9])('with %i tries', (maxTries) => {
  it(`a card takes ${MOST} failures in a row, then only a reset helps`, async () => {
    const store = rig.withPolicy({ maxTries });
    const cardId = await newCardWithPin(rig.store);
    expect(await guessOn(store, cardId)).toEqual({ judged: MOST, end: 'PIN_RESET_REQUIRED' });
    const row = await cardRow(rig.owner, cardId);
    expect(row).toMatchObject({ pinStatus: 'locked', failuresWithoutSuccess: MOST });
    expect(row.lockedAt).not.toBeNull();
    expect((await eventsOf(rig.owner, cardId)).at(-1)).toBe('pin.locked');

    const otpId = await newOtp(rig.owner, cardId, { purpose: 'pin-reset' });
    const expectedEventNo = (await found(cardId))?.eventNo ?? '';
    const reset = { ...enrolmentOf(cardId, { expectedEventNo }), otpId };
    expect(await store.reset(reset)).toMatchObject({ outcome: 'done' });
    expect(await store.findCard(TENANT, cardId)).toMatchObject({ triesRemaining: maxTries });
    expect(await guessOn(store, cardId)).toEqual({ judged: MOST, end: 'PIN_RESET_REQUIRED' });
  });
});

describe('the limit of failures in a row', () => {
  it('holds for a tenant with more tries of its own, which is shown no more than that', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.owner.query('UPDATE tenants SET pin_max_tries = 15 WHERE tenant_id = $1', [TENANT]);
    try {
      expect(await found(cardId)).toMatchObject({ maxTries: MOST, triesRemaining: MOST });
      expect(await guessOn(rig.store, cardId)).toEqual({ judged: MOST, end: 'PIN_RESET_REQUIRED' });
      const other = await newCardWithPin(rig.store);
      await evaluate(rig.store, other, 'not-matched');
      expect(await found(other)).toMatchObject({ triesRemaining: MOST - 1 });
      const matched = await rig.store.spend(spendOf(other));
      expect(matched).toMatchObject({ outcome: 'granted', maxTries: MOST, triesLeft: MOST - 2 });
    } finally {
      await rig.owner.query('UPDATE tenants SET pin_max_tries = NULL WHERE tenant_id = $1', [TENANT]);
    }
  });

  it('lets a success begin anew, and counts a try that was given back for nothing', async () => {
    const store = rig.withPolicy({ maxTries: 4 });
    const cardId = await newCardWithPin(rig.store);
    for (let round = 0; round < 2; round += 1) {
      await guess(store, cardId);
      await unlocked(store, cardId);
    }
    expect(await store.findCard(TENANT, cardId)).toMatchObject({
      triesRemaining: 1,
      failuresWithoutSuccess: 8,
    });
    await evaluate(store, cardId, 'given-back');
    expect(await store.findCard(TENANT, cardId)).toMatchObject({
      triesRemaining: 1,
      failuresWithoutSuccess: 8,
    });
    await evaluate(store, cardId, 'matched');
    expect(await store.findCard(TENANT, cardId)).toMatchObject({
      triesRemaining: 4,
      failuresWithoutSuccess: 0,
    });
  });

  it('counts evaluations that were abandoned: the ninth locks', async () => {
    const store = rig.withPolicy({ maxTries: 4 });
    const cardId = await newCardWithPin(rig.store);
    for (let round = 0; round < 2; round += 1) {
      await guess(store, cardId);
      await unlocked(store, cardId);
    }
    const crashed = rig.withPolicy({ ...OVERDUE, maxTries: 4 });
    expect(await crashed.spend(spendOf(cardId))).toMatchObject({ outcome: 'granted', triesLeft: 0 });
    expect(await store.spend(spendOf(cardId))).toEqual({ outcome: 'PIN_LOCKED' });
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ pinStatus: 'locked', triesSpent: 1 });
    expect((await eventsOf(rig.owner, cardId)).at(-1)).toBe('pin.locked');
    expect(await unlocked(store, cardId)).toEqual({ outcome: 'PIN_RESET_REQUIRED' });
  });

  it('that is lowered locks at once, whatever the row says', async () => {
    const cardId = await newCardWithPin(rig.store);
    for (let failures = 0; failures < 2; failures += 1) await evaluate(rig.store, cardId, 'not-matched');
    const strict = rig.withPolicy({ maxFailuresWithoutSuccess: 2 });
    expect(await strict.findCard(TENANT, cardId)).toMatchObject({ pinStatus: 'locked', triesRemaining: 0 });
    expect(await strict.spend(spendOf(cardId))).toEqual({ outcome: 'PIN_LOCKED' });
    expect(await unlocked(strict, cardId)).toEqual({ outcome: 'PIN_RESET_REQUIRED' });
  });

  it('is never passed by guesses and unlocks that come at once', async () => {
    const store = rig.withPolicy({ maxTries: 4 });
    const cardId = await newCardWithPin(rig.store);
    let judged = 0;
    const guesser = async () => {
      for (;;) {
        const request = spendOf(cardId);
        const { outcome } = await store.spend(request);
        if (outcome === 'granted') {
          judged += 1;
          await store.settle(settleOf(request, 'not-matched'));
        } else if (
          outcome === 'PIN_LOCKED' &&
          (await unlocked(store, cardId)).outcome === 'PIN_RESET_REQUIRED'
        ) {
          return;
        }
      }
    };
    await Promise.all(Array.from({ length: 30 }, guesser));
    expect(judged).toBe(MOST);
  });

  it('holds for services of before, which do not say it: they get the one that was recorded', async () => {
    const granted = async (cardId: string) =>
      await rig.owner.query<unknown[]>(
        `SELECT FROM pinward_spend(true, 15, 10000, ARRAY[$1::text], ARRAY[$2::text]::uuid[], ARRAY[gen_random_uuid()],
           ARRAY['pin.validate'], ARRAY[sha256(convert_to($2::text, 'UTF8'))], ARRAY[NULL]::bytea[], ARRAY['request'], ARRAY['client'],
           ARRAY['subject'], ARRAY['192.0.2.1'], ARRAY['pin-transport-1'], ARRAY[sha256(convert_to($2::text, 'UTF8'))],
           ARRAY[NULL]::text[], ARRAY[NULL]::bytea[])`,
        [TENANT, cardId],
      );
    expect(await granted(await newCardWithPin(rig.store))).toHaveLength(1);
    const cardId = await newCardWithPin(rig.store);
    await guessOn(rig.store, cardId);
    await rig.owner.query("UPDATE cards SET pin_status = 'active', tries_spent = 0 WHERE card_id = $1", [
      cardId,
    ]);
    expect(await granted(cardId)).toEqual([]);
  });
});
