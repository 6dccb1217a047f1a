import type { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { poolOf } from '#libs/database';
import type { SpendRequest, Verdict } from '#libs/pin';
import { holdCard } from './held-row.js';
import { cardRow, contents } from './look.js';
import {
  newCardWithPin,
  newEnvelope,
  openStore,
  POLICY,
  settleOf,
  spendOf,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';
import { TestedStore } from './tested-store.js';

let rig: StoreUnderTest;
let superuser: DataSource;
beforeAll(async () => {
  rig = await openStore();
  superuser = await rig.database.open({ url: rig.database.superuserUrl });
});
afterAll(() => rig[Symbol.asyncDispose]());

/** Ends the service's connections that match, and says how many there were. */
async function cut(condition = 'true'): Promise<number> {
  const victims = await superuser.query<unknown[]>(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'pinward_service' AND ${condition}`,
  );
  return victims.length;
}

/**
 * Holds the card's row, so that the call has to wait; cuts the call's connection; then lets go of the row, as the
 * given statement has changed it. What the call comes to is the work of its repetition.
 */
async function withFirstAttemptLost<T>(cardId: string, change: string, call: () => Promise<T>): Promise<T> {
  const holder = await holdCard(superuser, cardId);
  const result = call();
  result.catch(() => undefined);
  await holder.untilWaiting(1);
  expect(await cut("wait_event_type = 'Lock'")).toBe(1);
  await holder.query(`UPDATE cards SET ${change}, event_no = event_no + 1 WHERE card_id = $1`, [cardId]);
  await holder.commit();
  return await result;
}

const UNAVAILABLE = { code: 'DATABASE_UNAVAILABLE', retryAfterSeconds: 1 };

describe('connections that died while idle', () => {
  it('are replaced, unseen by the caller', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    expect(await cut()).toBeGreaterThan(0);
    expect(await rig.store.spend(request)).toMatchObject({ outcome: 'granted' });
    await cut();
    expect(await rig.store.settle(settleOf(request, 'not-matched'))).toEqual({ outcome: 'settled' });
  });
});

describe('a connection that ends while it is handed out', () => {
  it('does not end the process: the statement fails, and the next one has another', async () => {
    const dataSource = await rig.database.open({ url: rig.database.serviceUrl });
    const ended = new Promise<void>((resolve) => {
      // As Node does it: the end of a socket is told in the same turn, before any promise goes on.
      poolOf(dataSource).once('acquire', (client) =>
        process.nextTick(() => {
          (client as unknown as { connection: EventEmitter }).connection.emit('end');
          resolve();
        }),
      );
    });
    await expect(dataSource.query('SELECT 1 AS one')).rejects.toThrow();
    await ended;
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('a spend whose first attempt was lost', () => {
  const lost = (request: SpendRequest, change: string) =>
    withFirstAttemptLost(request.cardId, change, () => rig.store.spend(request));

  it('is repeated, and debits one try', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    const granted = await lost(request, 'locked_at = NULL');
    expect(granted).toMatchObject({ outcome: 'granted', triesSpent: 1 });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 1 });
  });

  it('resumes where the first attempt had been committed after all', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    const committed = `tries_spent = 1, evaluation_id = '${request.evaluationId}',
      evaluation_deadline = clock_timestamp() + interval '10 s', evaluation_request_key = sha256('')`;
    expect(await lost(request, committed)).toMatchObject({ outcome: 'granted', triesSpent: 1 });
  });

  it.each(["pin_status = 'locked'", "pin_status = 'closed'", 'tries_spent = 3'])(
    'believes no refusal (%s): the first attempt might still commit',
    async (change) => {
      const request = spendOf(await newCardWithPin(rig.store));
      await expect(lost(request, change)).rejects.toMatchObject(UNAVAILABLE);
      expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ evaluationId: null });
    },
  );
});

describe('a settle whose first attempt was lost', () => {
  async function lost(verdict: Verdict, change: string) {
    const request = spendOf(await newCardWithPin(rig.store), { envelopes: [newEnvelope(), newEnvelope()] });
    await rig.store.spend(request);
    const settle = settleOf(request, verdict);
    return await withFirstAttemptLost(request.cardId, change, () => rig.store.settle(settle));
  }

  it('is repeated', async () => {
    expect(await lost('not-matched', 'locked_at = NULL')).toEqual({ outcome: 'settled' });
    expect(await lost('given-back', 'locked_at = NULL')).toEqual({ outcome: 'settled' });
  });

  it('is fenced where the evaluation was closed in the meantime', async () => {
    const closed = 'evaluation_id = NULL, evaluation_deadline = NULL, evaluation_request_key = NULL';
    expect(await lost('not-matched', closed)).toEqual({ outcome: 'fenced' });
  });
});

describe('a database that cannot answer', () => {
  it('a lock that does not come in time: 503, and nothing is written', async () => {
    const impatient = new TestedStore(await rig.database.open({ lockTimeoutMs: 50 }), POLICY);
    const cardId = await newCardWithPin(rig.store);
    const holder = await holdCard(superuser, cardId);
    const before = await contents(rig.owner);
    await expect(impatient.spend(spendOf(cardId))).rejects.toMatchObject(UNAVAILABLE);
    expect(await contents(rig.owner)).toBe(before);
    await holder.commit();
  });

  it('a pool without a free connection: 503', async () => {
    const dataSource = await rig.database.open({ poolSize: 1, connectTimeoutMs: 1_000 });
    const store = new TestedStore(dataSource, POLICY);
    const cardId = await newCardWithPin(rig.store);
    const holder = dataSource.createQueryRunner();
    await holder.connect();
    await expect(store.spend(spendOf(cardId))).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.findCard('default', cardId)).rejects.toMatchObject(UNAVAILABLE);
    await holder.release();
    expect(await store.spend(spendOf(cardId))).toMatchObject({ outcome: 'granted' });
  });

  it('a pool that has ended: 503', async () => {
    const dataSource = await rig.database.open();
    const store = new TestedStore(dataSource, POLICY);
    await dataSource.destroy();
    const cardId = await newCardWithPin(rig.store);
    await expect(store.spend(spendOf(cardId))).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.findCard('default', cardId)).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.unlock(unlockOf(cardId))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('a fault that will not pass: 500, and nothing of the row or the parameters in the error', async () => {
    const request = spendOf(await newCardWithPin(rig.store), { envelopes: [newEnvelope('no-such-kid')] });
    const fault: unknown = await rig.store.spend(request).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'INTERNAL', cause: { message: expect.stringContaining('23514') } });
    const [envelope] = request.envelopes;
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain(
      envelope?.digest.toString('hex'),
    );
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 0 });
  });
});
