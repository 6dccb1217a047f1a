import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { holdCard } from './held-row.js';
import {
  contextOf,
  newCardWithPin,
  newEnvelope,
  openStore,
  settleOf,
  spendOf,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
let superuser: DataSource;
beforeAll(async () => {
  rig = await openStore();
  superuser = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 2 });
});
afterAll(() => rig[Symbol.asyncDispose]());

async function newCards(count: number): Promise<string[]> {
  return await Promise.all(Array.from({ length: count }, () => newCardWithPin(rig.store)));
}

/** Names of the prepared statements that `work` sends. */
async function statementsOf(work: () => Promise<unknown>): Promise<(string | undefined)[]> {
  const { driver } = rig.dataSource;
  if (!('master' in driver)) throw new Error('TypeORM keeps no pool in driver.master');
  const query = vi.spyOn(driver.master as Pool, 'query');
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  await work();
  return query.mock.calls.map(([statement]) => (statement as unknown as { name?: string }).name);
}

describe('spends and settles of many cards at once', () => {
  it('are one statement for all of them, and each is granted, settled and recorded for itself', async () => {
    const spends = (await newCards(20)).map((cardId) => spendOf(cardId));
    const statements = await statementsOf(async () => {
      const granted = await Promise.all(spends.map((request) => rig.store.spend(request)));
      expect(granted.map(({ outcome }) => outcome)).toEqual(spends.map(() => 'granted'));
      const settled = await Promise.all(
        spends.map((request, index) => {
          return rig.store.settle(settleOf(request, index % 4 === 0 ? 'not-matched' : 'matched'));
        }),
      );
      expect(settled).toEqual(spends.map(() => ({ outcome: 'settled' })));
    });
    expect(statements).toEqual(['pinward_spend_limited', 'pinward_settle_attested']);
    for (const [index, { cardId, evaluationId }] of spends.entries()) {
      const wrong = index % 4 === 0;
      const card = await rig.store.findCard('default', cardId);
      expect(card?.triesRemaining).toBe(wrong ? 2 : 3);
      const trail = await rig.owner.query(
        `SELECT phase, result, event_no::int AS "eventNo" FROM audit_events
          WHERE evaluation_id = $1 ORDER BY audit_id`,
        [evaluationId],
      );
      expect(trail).toEqual([
        { phase: 'intent', result: null, eventNo: 3 },
        { phase: 'outcome', result: wrong ? 'not-matched' : 'matched', eventNo: 4 },
      ]);
      const events = await rig.owner.query<{ type: string }[]>(
        'SELECT type FROM outbox_events WHERE card_id = $1 AND event_no = 4',
        [cardId],
      );
      expect(events).toEqual(wrong ? [{ type: 'pin.try_failed' }] : []);
    }
  });

  it('do not wait for a card that another transaction is writing: its own request does', async () => {
    const [held = '', ...others] = await newCards(6);
    const holder = await holdCard(superuser, held);
    const waiting = rig.store.spend(spendOf(held));
    await holder.untilWaiting(1);
    const granted = await Promise.all(others.map((cardId) => rig.store.spend(spendOf(cardId))));
    expect(granted.map(({ outcome }) => outcome)).toEqual(others.map(() => 'granted'));
    const [second = ''] = await newCards(1);
    const inOneSet = [held, second].map((cardId) => rig.store.spend(spendOf(cardId)));
    expect((await inOneSet[1])?.outcome).toBe('granted');
    await holder.commit();
    expect((await inOneSet[0])?.outcome).toMatch(/granted|IN_PROGRESS/);
    expect((await waiting).outcome).toMatch(/granted|IN_PROGRESS/);
  });

  it('nor does a settle', async () => {
    const spends = (await newCards(6)).map((cardId) => spendOf(cardId));
    await Promise.all(spends.map((request) => rig.store.spend(request)));
    const [held, ...others] = spends;
    if (held === undefined) throw new Error('no cards');
    const holder = await holdCard(superuser, held.cardId);
    const waiting = rig.store.settle(settleOf(held, 'matched'));
    const settled = await Promise.all(
      others.map((request) => rig.store.settle(settleOf(request, 'matched'))),
    );
    expect(settled).toEqual(others.map(() => ({ outcome: 'settled' })));
    await holder.untilWaiting(1);
    await holder.commit();
    expect(await waiting).toEqual({ outcome: 'settled' });
  });

  it('are judged each alone when two of them share an envelope or a request id', async () => {
    const cards = await newCards(4);
    const shared = { envelopes: [newEnvelope()], context: contextOf() };
    const requests = cards.map((cardId, index) =>
      spendOf(cardId, [{ envelopes: shared.envelopes }, { context: shared.context }][index % 2]),
    );
    const results = await Promise.all(requests.map((request) => rig.store.spend(request)));
    const outcomes = (parity: number) =>
      results.filter((_, index) => index % 2 === parity).map(({ outcome }) => outcome);
    expect(outcomes(0).toSorted()).toEqual(['PIN_ENVELOPE_REPLAYED', 'granted']);
    expect(outcomes(1).toSorted()).toEqual(['REQUEST_IN_PROGRESS', 'granted']);
  });
});
