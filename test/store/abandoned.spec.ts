import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CardStore, SpendRequest } from '#libs/pin';
import { auditLines, auditOf, cardRow, contents, eventsOf } from './look.js';
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

const ABANDONED = { problem: 'EVALUATION_ABANDONED', members: {} };

let rig: StoreUnderTest;
/** Its evaluations are overdue at once: what a crashed service leaves behind. */
let crashing: CardStore;
beforeAll(async () => {
  rig = await openStore();
  crashing = rig.withPolicy({ evaluationWindowMs: OVERDUE.evaluationWindowMs });
});
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(async () => {
  await rig.store.closeAbandoned(1000);
});

async function crashed(cardId?: string): Promise<SpendRequest> {
  const request = spendOf(cardId ?? (await newCardWithPin(rig.store)));
  await crashing.spend(request);
  return request;
}

describe('the sweeper', () => {
  it('closes what is overdue: still spent, with a final answer and a line in the audit trail', async () => {
    const request = await crashed();
    expect(await rig.store.closeAbandoned(100)).toBe(1);
    const row = await cardRow(rig.owner, request.cardId);
    expect(row).toMatchObject({ triesSpent: 1, failuresWithoutSuccess: 1, evaluationId: null, eventNo: '4' });
    const line = (await auditLines(rig.owner, request.cardId)).at(-1);
    expect(line).toMatchObject({
      action: 'pin.validate',
      phase: 'outcome',
      result: 'abandoned',
      eventNo: '4',
      clientId: 'pinward',
      evaluationId: request.evaluationId,
      requestId: request.context.requestId,
    });
    const again = { ...request, evaluationId: randomUUID() };
    expect(await rig.store.spend(again)).toEqual({ outcome: 'answered', answer: ABANDONED });
    expect(await eventsOf(rig.owner, request.cardId)).toEqual(['pin.set']);
  });

  it('leaves alone what still has time, what is settled, and what it has closed', async () => {
    const inTime = spendOf(await newCardWithPin(rig.store));
    await rig.store.spend(inTime);
    await evaluate(rig.store, await newCardWithPin(rig.store), 'not-matched');
    const before = await contents(rig.owner);
    expect(await rig.store.closeAbandoned(100)).toBe(0);
    expect(await contents(rig.owner)).toBe(before);
  });

  it('locks the card whose last try was lost', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await crashed(cardId);
    await rig.store.closeAbandoned(100);
    const card = await rig.store.findCard(TENANT, cardId);
    expect(card).toMatchObject({ pinStatus: 'locked', failuresWithoutSuccess: 3 });
    expect(card?.lockedAt).toBeInstanceOf(Date);
    expect((await eventsOf(rig.owner, cardId)).at(-1)).toBe('pin.locked');
  });

  it('closes no more than it is asked to, and the rest the next time', async () => {
    for (let count = 0; count < 5; count += 1) await crashed();
    expect(await rig.store.closeAbandoned(3)).toBe(3);
    expect(await rig.store.closeAbandoned(3)).toBe(2);
  });

  it('also finds evaluations spent under a generated request id', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    const claim = { ...request.context.claim, fingerprint: null };
    await crashing.spend({ ...request, context: { ...request.context, claim } });
    expect(await rig.store.closeAbandoned(100)).toBe(1);
  });

  it('moves its mark past everything settled, and never past an evaluation in flight', async () => {
    const open = spendOf(await newCardWithPin(rig.store));
    await rig.store.spend(open);
    const age = (request: SpendRequest, minutes: number): Promise<unknown> =>
      rig.owner.query(
        `UPDATE idempotency_records SET created_at = clock_timestamp() - make_interval(mins => $2)
          WHERE request_key = $1`,
        [request.context.claim.key, minutes],
      );
    await age(open, 30);
    await setMark(60);
    await rig.store.closeAbandoned(100);
    expect(await markAge()).toBeCloseTo(30, 0);
    await rig.store.settle(settleOf(open, 'matched'));
    await rig.store.closeAbandoned(100);
    expect(await markAge()).toBeCloseTo(2, 0);
  });

  it('works alone: a second one at the same time does nothing and does not wait', async () => {
    await crashed();
    const runner = rig.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query("SELECT pg_advisory_xact_lock(hashtext('pinward sweeper'))");
    expect(await rig.store.closeAbandoned(100)).toBe(0);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await rig.store.closeAbandoned(100)).toBe(1);
  });
});

describe('the next request that meets an overdue evaluation closes it', () => {
  it('a spend, and is granted the next try', async () => {
    const request = await crashed();
    const next = spendOf(request.cardId);
    expect(await rig.store.spend(next)).toMatchObject({ outcome: 'granted', triesSpent: 2 });
    expect((await auditOf(rig.owner, request.cardId)).slice(-2)).toEqual([
      'pin.validate outcome abandoned',
      'pin.validate intent',
    ]);
  });

  it('a spend, which finds the card locked when the lost try was the last', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await crashed(cardId);
    expect(await rig.store.spend(spendOf(cardId))).toEqual({ outcome: 'PIN_LOCKED' });
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ pinStatus: 'locked', evaluationId: null });
  });

  it('a spend, even when the record of the lost one has been dropped with its day', async () => {
    const request = await crashed();
    const { key } = request.context.claim;
    await rig.owner.query('DELETE FROM idempotency_records WHERE request_key = $1', [key]);
    expect(await rig.store.spend(spendOf(request.cardId))).toMatchObject({
      outcome: 'granted',
      triesSpent: 2,
    });
    expect(await auditOf(rig.owner, request.cardId)).toContain('pin.evaluate outcome abandoned');
  });

  it('the repeated request itself, whose answer is then final', async () => {
    const request = await crashed();
    const again = { ...request, evaluationId: randomUUID() };
    expect(await rig.store.spend(again)).toEqual({ outcome: 'answered', answer: ABANDONED });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 1, evaluationId: null });
  });

  it('a look at the request id', async () => {
    const request = await crashed();
    expect(await rig.store.lookUpClaim(request.context)).toEqual({ outcome: 'answered', answer: ABANDONED });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ evaluationId: null });
  });

  it('an unlock, which then lifts the lock', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await crashed(cardId);
    expect(await rig.store.unlock(unlockOf(cardId))).toMatchObject({ outcome: 'done' });
    expect((await auditOf(rig.owner, cardId)).slice(-2)).toEqual([
      'pin.validate outcome abandoned',
      'pin.unlock outcome unlocked',
    ]);
  });
});

describe('a late settle', () => {
  it('still counts until the evaluation is closed', async () => {
    const request = await crashed();
    expect(await rig.store.settle(settleOf(request, 'matched'))).toEqual({ outcome: 'settled' });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 0 });
  });

  it('sends the stored answer afterwards', async () => {
    const request = await crashed();
    await rig.store.closeAbandoned(100);
    const settled = await rig.store.settle(settleOf(request, 'matched'));
    expect(settled).toEqual({ outcome: 'answered', answer: ABANDONED });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 1 });
  });
});

async function setMark(minutesAgo: number): Promise<void> {
  await rig.owner.query(
    'UPDATE maintenance_marks SET reached = clock_timestamp() - make_interval(mins => $1)',
    [minutesAgo],
  );
}

async function markAge(): Promise<number> {
  const [row] = await rig.owner.query<{ minutes: number }[]>(
    'SELECT (extract(epoch FROM clock_timestamp() - reached) / 60)::float8 AS minutes FROM maintenance_marks',
  );
  return row?.minutes ?? NaN;
}
