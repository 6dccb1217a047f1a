import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpendResult } from '#libs/pin';
import { hold } from './held-row.js';
import { auditOf, cardRow, envelopeCount } from './look.js';
import {
  contextOf,
  newCardWithPin,
  newEnvelope,
  openStore,
  POLICY,
  settleOf,
  spendOf,
  TENANT,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore({ poolSize: 16 });
});
afterAll(() => rig[Symbol.asyncDispose]());

const at = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const outcomes = (results: readonly SpendResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

describe('a hundred requests at once', () => {
  it('on one card: one is granted, no other pays', async () => {
    const cardId = await newCardWithPin(rig.store);
    const results = await at(100, () => rig.store.spend(spendOf(cardId)));
    expect(outcomes(results)).toEqual({ granted: 1, PIN_EVALUATION_IN_PROGRESS: 99 });
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ triesSpent: 1, eventNo: '3' });
  });

  it('guessing wrong until the card locks: exactly as many verdicts as there are tries', async () => {
    const cardId = await newCardWithPin(rig.store);
    let verdicts = 0;
    await at(100, async () => {
      for (;;) {
        const request = spendOf(cardId);
        const { outcome } = await rig.store.spend(request);
        if (outcome === 'PIN_LOCKED') return;
        if (outcome !== 'granted') continue;
        verdicts += 1;
        await rig.store.settle(settleOf(request, 'not-matched'));
      }
    });
    expect(verdicts).toBe(POLICY.maxTries);
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ pinStatus: 'locked', triesSpent: 3 });
    expect(await auditOf(rig.owner, cardId)).toHaveLength(2 + 2 * POLICY.maxTries);
  });

  it('under one request id: one is granted, the others wait for its answer', async () => {
    const cardId = await newCardWithPin(rig.store);
    const context = contextOf({ path: cardId });
    const results = await at(100, () => rig.store.spend(spendOf(cardId, { context })));
    expect(outcomes(results)).toEqual({ granted: 1, REQUEST_IN_PROGRESS: 99 });
  });

  it('that repeat one spend with its evaluation id: all are granted, one try is debited', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = spendOf(cardId);
    const results = await at(100, () => rig.store.spend(request));
    expect(outcomes(results)).toEqual({ granted: 100 });
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ triesSpent: 1, eventNo: '3' });
  });

  it('settling one evaluation with different verdicts: one counts, all learn it', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = spendOf(cardId);
    await rig.store.spend(request);
    const results = await at(100, (index) =>
      rig.store.settle(settleOf(request, index % 2 === 0 ? 'matched' : 'not-matched')),
    );
    expect(results.filter(({ outcome }) => outcome === 'settled')).toHaveLength(1);
    const answers = results.flatMap((result) => (result.outcome === 'answered' ? [result.answer] : []));
    expect(answers).toHaveLength(99);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { triesSpent } = await cardRow(rig.owner, cardId);
    expect(answers[0]).toEqual({ body: { verdict: triesSpent === 0 ? 'matched' : 'not-matched' } });
  });
});

describe('different cards at once', () => {
  it('with one envelope: it is accepted once, and the loser pays nothing', async () => {
    for (let round = 0; round < 15; round += 1) {
      const cards = await at(4, () => newCardWithPin(rig.store));
      const envelope = newEnvelope();
      const results = await at(4, (index) =>
        rig.store.spend(spendOf(cards[index] ?? '', { envelopes: [envelope] })),
      );
      expect(outcomes(results)).toEqual({ granted: 1, PIN_ENVELOPE_REPLAYED: 3 });
      expect(await envelopeCount(rig.owner, envelope.digest)).toBe(1);
      const spent = await at(4, async (index) => (await cardRow(rig.owner, cards[index] ?? '')).triesSpent);
      expect(spent.toSorted()).toEqual([0, 0, 0, 1]);
    }
  });

  it.each([true, false])('register two envelopes smaller digest first (given so: %s)', async (inOrder) => {
    const superuser = await rig.database.open({ url: rig.database.superuserUrl });
    const pair = [newEnvelope(), newEnvelope()].toSorted((a, b) => a.digest.compare(b.digest));
    const [smaller, larger] = pair.map(({ kid, digest }) => [TENANT, kid, digest]);
    const cardId = await newCardWithPin(rig.store);
    const register = 'INSERT INTO pin_envelopes (tenant_id, kid, digest) VALUES ($1, $2, $3)';
    const holder = await hold(superuser, register, smaller ?? []);
    const envelopes = inOrder ? pair : pair.toReversed();
    const spend = rig.store.spend(spendOf(cardId, { operation: 'change', envelopes }));
    await holder.untilWaiting(1);
    // It waits for the smaller one, so it has not touched the larger one: the holder of that one can get on.
    await superuser.transaction(async (manager) => {
      await manager.query("SET LOCAL lock_timeout = '100ms'");
      await manager.query(register, larger);
    });
    await holder.commit();
    expect(await spend).toEqual({ outcome: 'PIN_ENVELOPE_REPLAYED' });
  });

  it('with one pair of envelopes in either order: no deadlock, one is granted', async () => {
    for (let round = 0; round < 15; round += 1) {
      const cards = await at(4, () => newCardWithPin(rig.store));
      const pair = [newEnvelope(), newEnvelope()];
      const results = await at(4, (index) => {
        const envelopes = index % 2 === 0 ? pair : pair.toReversed();
        return rig.store.spend(spendOf(cards[index] ?? '', { operation: 'change', envelopes }));
      });
      expect(outcomes(results)).toEqual({ granted: 1, PIN_ENVELOPE_REPLAYED: 3 });
    }
    // A deadlock would be run again and so go unseen, a second later.
    const [row] = await rig.owner.query<{ deadlocks: string }[]>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(row?.deadlocks).toBe('0');
  });

  it('with one request id: one is granted, the others see it in progress and pay nothing', async () => {
    for (let round = 0; round < 15; round += 1) {
      const cards = await at(4, () => newCardWithPin(rig.store));
      const context = contextOf({ requestId: randomUUID() });
      const results = await at(4, (index) => rig.store.spend(spendOf(cards[index] ?? '', { context })));
      expect(outcomes(results)).toEqual({ granted: 1, REQUEST_IN_PROGRESS: 3 });
    }
  });
});
