import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { keptSessionFault, migrate, PreparedQueries, refusedConnection, sessionFaults } from '#libs/database';
import { CeremonyRefused, underCeremonyLock } from '#libs/key-ceremony';
import { poolOf } from '../../libs/database/src/queries.js';
import { findPgBouncer, PgBouncer } from '../rigs/pg-bouncer.js';
import { newCardWithPin, openStore, settleOf, spendOf, type StoreUnderTest } from './store-kit.js';

const IGNORED = 'options,extra_float_digits';
const program = findPgBouncer();

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

const start = (options: Partial<Parameters<typeof PgBouncer.start>[2]> = {}) =>
  PgBouncer.start(program ?? '', [rig.database.ownerUrl, rig.database.serviceUrl], {
    mode: 'transaction',
    poolSize: 4,
    ignored: IGNORED,
    ...options,
  });

describe('a direct connection', () => {
  it('keeps its session', async () => {
    expect(await keptSessionFault(rig.dataSource)).toBeNull();
    expect(await sessionFaults(rig.dataSource)).toEqual([]);
  });
});

describe.skipIf(program === null)('a pooler', () => {
  it.each([1, 4, 16])('in transaction mode is found out, with %s backends', async (poolSize) => {
    await using bouncer = await start({ poolSize });
    const dataSource = await rig.database.open({ url: bouncer.url(rig.database.serviceUrl) });
    expect(await keptSessionFault(dataSource)).toMatch(/does not keep its session.*session mode/);
    await dataSource.destroy();
  });

  it('in session mode that forgets what a connection asks for is found out', async () => {
    await using bouncer = await start({ mode: 'session', poolSize: 20 });
    const dataSource = await rig.database.open({ url: bouncer.url(rig.database.serviceUrl) });
    expect(await keptSessionFault(dataSource)).toBeNull();
    const faults = await sessionFaults(dataSource);
    expect(faults.join()).toMatch(
      /statement_timeout is "0" and must be "10000": this connection was not given/,
    );
    await dataSource.destroy();
    // The way out for a pooler that passes no options on: what the refusal names is given to the role.
    const superuser = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 1 });
    const role = `ALTER ROLE pinward_service IN DATABASE ${rig.database.name}`;
    for (const fault of faults) {
      const [, name, value] = /^(\S+) is ".*?" and must be "(.*?)"/.exec(fault) ?? [];
      await superuser.query(`${role} SET ${name} = '${value}'`);
    }
    await using fresh = await start({ mode: 'session', poolSize: 20 });
    const given = await rig.database.open({ url: fresh.url(rig.database.serviceUrl) });
    expect(await sessionFaults(given)).toEqual([]);
    await given.destroy();
    await superuser.query(`${role} RESET ALL`);
  });

  it('that does not know what a connection asks for is quoted', async () => {
    const { ignored: _ignored, ...bare } = { mode: 'session', poolSize: 4, ignored: '' } as const;
    await using bouncer = await PgBouncer.start(program ?? '', [rig.database.serviceUrl], bare);
    const url = bouncer.url(rig.database.serviceUrl);
    const refusal = await rig.database.open({ url }).then(
      () => null,
      (fault: unknown) => fault,
    );
    expect(refusedConnection(refusal, url)).toMatch(/unsupported startup parameter.*session mode/);
  });

  it('in transaction mode lets one ceremony and one migration at a time, all the same', async () => {
    await using bouncer = await start();
    const url = bouncer.url(rig.database.ownerUrl);
    const first = await rig.database.open({ url });
    const second = await rig.database.open({ url });
    await oneAtATime(first, second);
    const runs = await Promise.allSettled([migrate(first), migrate(second), migrate(first)]);
    expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    await Promise.all([first.destroy(), second.destroy()]);
  });
});

async function oneAtATime(first: DataSource, second: DataSource): Promise<void> {
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await first.query('SELECT pg_sleep(0.2)');
    running -= 1;
  };
  for (let round = 0; round < 5; round += 1) {
    const runs = await Promise.allSettled([first, second].map((ds) => underCeremonyLock(ds, work)));
    for (const run of runs) if (run.status === 'rejected') expect(run.reason).toBeInstanceOf(CeremonyRefused);
    expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true);
  }
  expect(most).toBe(1);
}

describe('the lock of migrations', () => {
  it('is waited for as long as is said, and then its holder is named', async () => {
    const blocker = rig.owner.createQueryRunner();
    await blocker.connect();
    await blocker.query('SELECT pg_advisory_lock(7465231806)');
    const other = await rig.database.open({ url: rig.database.ownerUrl, applicationName: 'second' });
    await expect(migrate(other, { patienceMs: 100 })).rejects.toThrow(
      /another migration.*backend \d+ of pinward/,
    );
    await blocker.query('SELECT pg_advisory_unlock(7465231806)');
    await blocker.release();
    await migrate(other);
  });
});

describe('a statement whose name the backend has forgotten', () => {
  it('is run without it, and no try is lost', async () => {
    const pool = poolOf(rig.dataSource);
    const held = async () => {
      const clients = await Promise.all(Array.from({ length: 8 }, () => pool.connect()));
      for (const client of clients) await client.query('DEALLOCATE ALL');
      for (const client of clients) client.release();
    };
    const cardId = await newCardWithPin(rig.store);
    for (const forget of [false, true, true]) {
      if (forget) await held();
      const spend = spendOf(cardId);
      expect(await rig.store.spend(spend)).toMatchObject({ outcome: 'granted', triesSpent: 1 });
      if (forget) await held();
      expect(await rig.store.settle(settleOf(spend, 'matched'))).toEqual({ outcome: 'settled' });
    }
  });

  it('also where its table has changed since', async () => {
    const queries = new PreparedQueries(rig.dataSource);
    await rig.owner.query('CREATE TABLE changing (a int); INSERT INTO changing VALUES (1)');
    await rig.owner.query('GRANT SELECT ON changing TO pinward_service');
    const read = { name: 'changing', text: 'SELECT * FROM changing' };
    const everywhere = () => Promise.all(Array.from({ length: 8 }, () => queries.query(read, [])));
    await everywhere();
    await rig.owner.query('ALTER TABLE changing ADD b int');
    expect(await everywhere()).toEqual(Array.from({ length: 8 }, () => [{ a: 1, b: null }]));
    await rig.owner.query('DROP TABLE changing');
  });
});
