import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { randomUUID } from 'node:crypto';
import { dropExpiredPartitions, ensurePartitions } from '#libs/database';
import type { RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import { cardRow } from './look.js';
import {
  evaluate,
  newCardWithPin,
  newEnvelope,
  openStore,
  settleOf,
  spendOf,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

const DAY = 86_400_000;
const stamp = (days: number): string =>
  new Date(Date.now() + days * DAY).toISOString().slice(0, 10).replaceAll('-', '');

async function partitionsOf(owner: DataSource, parent: string): Promise<string[]> {
  const rows = await owner.query<{ name: string }[]>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1',
    [parent],
  );
  return rows.map(({ name }) => name);
}

/** Makes a day's partition as it would be there had the service run then. */
async function makeDay(day: number): Promise<string> {
  const name = `idempotency_records_${stamp(day)}`;
  await rig.owner.query('SELECT pinward_make_partition($1, $2, $3)', [
    'idempotency_records',
    name,
    `FROM ('${stamp(day)}') TO ('${stamp(day + 1)}')`,
  ]);
  return name;
}

describe('partitions', () => {
  it('of today and the two days and months ahead are made by the service itself', async () => {
    await rig.owner.query(`DROP TABLE idempotency_records_${stamp(1)}, idempotency_records_${stamp(2)}`);
    await Promise.all([ensurePartitions(rig.dataSource), ensurePartitions(rig.dataSource)]);
    expect(await partitionsOf(rig.owner, 'idempotency_records')).toEqual(
      [0, 1, 2].map((day) => `idempotency_records_${stamp(day)}`),
    );
    expect(await partitionsOf(rig.owner, 'audit_events')).toHaveLength(3);
  });

  it('are made while a request is writing to their parent', async () => {
    await rig.owner.query(`DROP TABLE idempotency_records_${stamp(2)}`);
    const writer = rig.dataSource.createQueryRunner();
    await writer.startTransaction();
    await writer.query(
      "INSERT INTO idempotency_records (tenant_id, request_key, request_id, action) VALUES ('t', sha256('x'), 'r', 'a')",
    );
    await ensurePartitions(rig.dataSource);
    await writer.rollbackTransaction();
    await writer.release();
    expect(await partitionsOf(rig.owner, 'idempotency_records')).toContain(`idempotency_records_${stamp(2)}`);
  });

  it('are dropped once their newest record is a day old, not before', async () => {
    const [dayBefore, yesterday] = [await makeDay(-2), await makeDay(-1)];
    expect(await dropExpiredPartitions(rig.dataSource)).toBe(1);
    const left = await partitionsOf(rig.owner, 'idempotency_records');
    expect(left).not.toContain(dayBefore);
    expect(left).toContain(yesterday);
    expect(await dropExpiredPartitions(rig.dataSource)).toBe(0);
  });

  it('are not waited for: a drop behind other work gives up', async () => {
    const name = await makeDay(-3);
    const reader = rig.owner.createQueryRunner();
    await reader.startTransaction();
    await reader.query(`SELECT FROM ${name}`);
    await expect(dropExpiredPartitions(rig.dataSource)).rejects.toMatchObject({ code: '55P03' });
    await reader.rollbackTransaction();
    await reader.release();
    expect(await dropExpiredPartitions(rig.dataSource)).toBe(1);
  });
});

describe('across midnight', () => {
  it('a request id of yesterday is still known, answered and settled', async () => {
    await makeDay(-1);
    const cardId = await newCardWithPin(rig.store);
    const answered = await evaluate(rig.store, cardId, 'not-matched');
    const running = spendOf(cardId);
    await rig.store.spend(running);
    const keys = [answered, running].map(({ context }) => context.claim.key);
    for (const key of keys) {
      await rig.owner.query(
        `UPDATE idempotency_records
            SET created_on = created_on - 1, created_at = created_at - interval '1 day' WHERE request_key = $1`,
        [key],
      );
    }
    const again = (request: typeof running) => rig.store.spend({ ...request, evaluationId: randomUUID() });
    expect(await again(answered)).toMatchObject({ outcome: 'answered' });
    expect(await again(running)).toMatchObject({ outcome: 'REQUEST_IN_PROGRESS' });
    const answer = { body: { verified: true } };
    await rig.store.settle(settleOf(running, 'matched', { answer }));
    expect(await again(running)).toEqual({ outcome: 'answered', answer });
    expect(await cardRow(rig.owner, cardId)).toMatchObject({ triesSpent: 0 });
  });
});

describe('registered keys', () => {
  const key = (generation: number, state: RegisteredKey['state']): RegisteredKey => ({
    kind: 'pin-transport',
    generation,
    state,
    expiresAt: null,
    fingerprint: Buffer.alloc(32, generation),
  });

  it('come back as they were registered, newest generation first', async () => {
    const expiresAt = new Date('2030-01-02T03:04:05Z');
    const wrapping = { ...key(1, 'accepted'), kind: 'pin-wrapping', expiresAt } as const;
    await registerKeys(rig.owner, [wrapping, { ...key(2, 'current'), kind: 'pin-wrapping' }]);
    const read = await readRegisteredKeys(rig.dataSource);
    expect(read.filter(({ kind }) => kind === 'pin-wrapping')).toMatchObject([
      { ...key(2, 'current'), kind: 'pin-wrapping' },
      wrapping,
    ]);
  });

  it('have their replay register before any session can use them', async () => {
    const cardId = await newCardWithPin(rig.store);
    const envelopes = [newEnvelope('pin-transport-7')];
    await expect(rig.store.spend(spendOf(cardId, { envelopes }))).rejects.toMatchObject({ code: 'INTERNAL' });
    await registerKeys(rig.owner, [key(7, 'accepted')]);
    expect(await rig.store.spend(spendOf(cardId, { envelopes }))).toMatchObject({ outcome: 'granted' });
  });

  it('step down for the next current one, and never become another key', async () => {
    const state = async (): Promise<string[]> =>
      (await readRegisteredKeys(rig.dataSource))
        .filter(({ kind }) => kind === 'lookup')
        .map(({ generation, state: now }) => `${generation} ${now}`);
    const lookup = (generation: number, now: RegisteredKey['state']) =>
      ({ ...key(generation, now), kind: 'lookup' }) as const;
    await registerKeys(rig.owner, [lookup(1, 'current')]);
    await expect(registerKeys(rig.owner, [lookup(2, 'current')])).rejects.toThrow('hsm_keys_one_current');
    await registerKeys(rig.owner, [lookup(2, 'current'), lookup(1, 'accepted')]);
    expect(await state()).toEqual(['2 current', '1 accepted']);
    const planted = { ...lookup(1, 'accepted'), fingerprint: Buffer.alloc(32, 99) };
    await expect(registerKeys(rig.owner, [planted])).rejects.toThrow('lookup-1 is registered with another');
    // Each step is told, and a repeat of it is none.
    await registerKeys(rig.owner, [lookup(2, 'current'), lookup(1, 'accepted')]);
    const told = await rig.owner.query<{ told: string }[]>(
      `SELECT result || ' ' || (details::json ->> 'key') || ' ' || (details::json ->> 'state') AS told
         FROM audit_events WHERE action = 'key.register' AND details LIKE '%lookup%' ORDER BY audit_id`,
    );
    expect(told.map((line) => line.told)).toEqual([
      'registered lookup-1 current',
      'changed lookup-1 accepted',
      'registered lookup-2 current',
    ]);
    expect(await state()).toEqual(['2 current', '1 accepted']);
  });
});
