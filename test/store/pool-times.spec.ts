import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { poolOf, PreparedQueries, timePool } from '#libs/database';
import { openStore, type StoreUnderTest } from './store-kit.js';

let rig: StoreUnderTest;
let waits: number[];
let statements: [string, number][];
beforeEach(async () => {
  rig = await openStore({ poolSize: 1 });
  [waits, statements] = [[], []];
  timePool(poolOf(rig.dataSource), {
    waited: (seconds) => waits.push(seconds),
    ran: (statement, seconds) => statements.push([statement, seconds]),
  });
});
afterEach(() => rig[Symbol.asyncDispose]());

describe('the times of a pool', () => {
  it('are told of each statement under its name, also of one that fails', async () => {
    const queries = new PreparedQueries(rig.dataSource);
    expect(await queries.query({ name: 'one', text: 'SELECT $1::int AS n' }, [1])).toEqual([{ n: 1 }]);
    expect(await rig.dataSource.query('SELECT 2 AS n')).toEqual([{ n: 2 }]);
    await expect(rig.dataSource.query('SELECT 1 / 0')).rejects.toThrow(/division by zero/);
    await expect(queries.query({ name: 'none', text: 'SELECT nothing' }, [])).rejects.toThrow(/nothing/);
    expect(statements.map(([name]) => name)).toEqual(['one', 'other', 'other', 'none']);
    expect(waits).toHaveLength(4);
  });

  it('tell what a statement and a wait for the only connection took', async () => {
    await Promise.all([rig.dataSource.query('SELECT pg_sleep(0.2)'), rig.dataSource.query('SELECT 1')]);
    expect(statements[0]?.[1]).toBeGreaterThanOrEqual(0.2);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(0.2);
  });

  it('are told of each statement of a transaction, once, however often its connection comes back', async () => {
    for (let round = 0; round < 3; round += 1)
      await rig.dataSource.transaction(async (manager) => {
        await manager.query('SELECT 1');
      });
    expect(statements).toHaveLength(9);
    expect(waits).toHaveLength(3);
  });
});
