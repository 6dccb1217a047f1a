import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluate, newCardWithPin, openStore, settleOf, spendOf, type StoreUnderTest } from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore({ poolSize: 1 });
});
afterAll(() => rig[Symbol.asyncDispose]());

interface UpdateCounts {
  readonly updated: number;
  readonly heapOnly: number;
}

/** Updates of a table and its partitions since the statistics began. */
async function updatesOf(table: string): Promise<UpdateCounts> {
  await rig.dataSource.query('SELECT pg_stat_force_next_flush()');
  const [row] = await rig.owner.query<UpdateCounts[]>(
    `SELECT sum(n_tup_upd)::int AS updated, sum(n_tup_hot_upd)::int AS "heapOnly" FROM pg_stat_user_tables
      WHERE relid IN (SELECT relid FROM pg_partition_tree($1::regclass) UNION SELECT $1::regclass)`,
    [table],
  );
  return row ?? { updated: NaN, heapOnly: NaN };
}

describe('a spend and a settle', () => {
  it('are prepared once on the pool of TypeORM, and run by a generic plan from then on', async () => {
    const cardId = await newCardWithPin(rig.store);
    for (let round = 0; round < 12; round += 1) await evaluate(rig.store, cardId, 'matched');
    const statements = await rig.dataSource.query<{ name: string; generic: number; custom: number }[]>(
      `SELECT name, generic_plans::int AS generic, custom_plans::int AS custom
         FROM pg_prepared_statements ORDER BY name`,
    );
    expect(statements.map(({ name }) => name)).toEqual(['pinward_settle_attested', 'pinward_spend_limited']);
    for (const { generic, custom } of statements) {
      expect(generic + custom).toBe(12);
      expect(custom).toBeLessThanOrEqual(5);
    }
  });

  it('are one statement each, and nothing goes through TypeORM', async () => {
    const { driver } = rig.dataSource;
    if (!('master' in driver)) throw new Error('TypeORM keeps no pool in driver.master');
    const statements = vi.spyOn(driver.master as Pool, 'query');
    const connections = vi.spyOn(driver.master as Pool, 'connect');
    const runners = vi.spyOn(rig.dataSource, 'createQueryRunner');
    const request = spendOf(await newCardWithPin(rig.store));
    const [before, beforeRunners] = [connections.mock.calls.length, runners.mock.calls.length];
    await rig.store.spend(request);
    await rig.store.settle(settleOf(request, 'not-matched'));
    expect(statements).toHaveBeenCalledTimes(2);
    expect(connections.mock.calls.length - before).toBe(2);
    expect(runners.mock.calls.length).toBe(beforeRunners);
    vi.restoreAllMocks();
  });

  it('update cards and request ids in place (heap-only), so that no index grows with them', async () => {
    const cards = [await newCardWithPin(rig.store), await newCardWithPin(rig.store)];
    const tables = ['cards', 'idempotency_records'];
    const before = await Promise.all(tables.map(updatesOf));
    for (let round = 0; round < 150; round += 1) {
      const verdict = round % 3 === 0 ? 'not-matched' : 'matched';
      await evaluate(rig.store, cards[round % 2] ?? '', verdict);
    }
    for (const [index, table] of tables.entries()) {
      const now = await updatesOf(table);
      const updated = now.updated - (before[index]?.updated ?? NaN);
      const heapOnly = now.heapOnly - (before[index]?.heapOnly ?? NaN);
      expect(updated).toBe(table === 'cards' ? 300 : 150);
      // A page that was full before its dead rows could be pruned takes a row elsewhere now and then; an index in the way, nearly all.
      expect(heapOnly / updated).toBeGreaterThan(0.8);
    }
  });
});

describe('the list of locked cards', () => {
  it('is read from its index', async () => {
    await rig.owner.query(
      `INSERT INTO cards (tenant_id, card_id, card_ref, pin_status)
       SELECT 'default', gen_random_uuid(), 'bulk-' || n, CASE WHEN n % 500 = 0 THEN 'locked' ELSE 'active' END
         FROM generate_series(1, 20000) AS n`,
    );
    await rig.owner.query('ANALYZE cards');
    const plan = await rig.dataSource.query<{ 'QUERY PLAN': string }[]>(
      `EXPLAIN SELECT * FROM cards WHERE tenant_id = 'default' AND pin_status = 'locked'
          AND card_id > '10000000-0000-4000-8000-000000000000' ORDER BY card_id LIMIT 51`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('Index Scan using cards_locked');
  });
});
