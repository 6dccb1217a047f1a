import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertDurable,
  createDataSource,
  isEmbeddedCluster,
  isReadOnly,
  waitsForStandby,
} from '#libs/database';
import { startTestServer, type TestServer } from '../rigs/postgres.js';
import { cardRow } from './look.js';
import { newCardWithPin, openStore, settleOf, spendOf, TENANT, type StoreUnderTest } from './store-kit.js';

let server: TestServer;
let rig: StoreUnderTest;
beforeAll(async () => {
  server = await startTestServer({ durable: true });
  rig = await openStore({ cluster: server });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await server.dispose();
});

describe('a database killed without warning', () => {
  it('has kept every spend and every settle that was acknowledged', async () => {
    const cards = await Promise.all(Array.from({ length: 5 }, () => newCardWithPin(rig.store)));
    for (let round = 1; round <= 3; round += 1) {
      const requests = await Promise.all(
        cards.map(async (cardId) => {
          const request = spendOf(cardId);
          await rig.store.spend(request);
          return request;
        }),
      );
      await restart();
      for (const { cardId, evaluationId } of requests)
        expect(await cardRow(rig.owner, cardId)).toMatchObject({ triesSpent: round, evaluationId });
      await Promise.all(requests.map((request) => rig.store.settle(settleOf(request, 'not-matched'))));
      await restart();
    }
    for (const cardId of cards) {
      expect(await rig.store.findCard(TENANT, cardId)).toMatchObject({
        pinStatus: 'locked',
        triesRemaining: 0,
      });
    }
  });

  it('answers 503 while it is down, and the same spend is granted afterwards', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    await server.stopImmediately();
    await expect(rig.store.spend(request)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(rig.store.findCard(TENANT, request.cardId)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    await server.start();
    expect(await rig.store.spend(request)).toMatchObject({ outcome: 'granted', triesSpent: 1 });
  });

  async function restart(): Promise<void> {
    await server.kill();
    await server.start();
  }
});

describe('what the service asks of a database', () => {
  it('durability: a setting that forgets commits is named', async () => {
    await assertDurable(rig.dataSource);
    const superuser = await rig.database.open({ url: rig.database.superuserUrl });
    await superuser.query('ALTER ROLE pinward_service SET synchronous_commit = off');
    const forgetful = await rig.database.open();
    await expect(assertDurable(forgetful)).rejects.toThrow('PostgreSQL runs with synchronous_commit off');
  });

  it('to take writes: a standby does not, and a primary that waits for one is told from one that does not', async () => {
    const superuser = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 1 });
    const [{ data_directory: folder } = { data_directory: '' }] =
      await superuser.query<{ data_directory: string }[]>('SHOW data_directory');
    expect([await isReadOnly(rig.dataSource), await waitsForStandby(superuser)]).toEqual([false, false]);
    await superuser.query("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
    await superuser.query('ALTER SYSTEM SET synchronous_commit = on');
    await superuser.destroy();
    // It waits for a primary from now on, and may be read meanwhile.
    writeFileSync(join(folder, 'standby.signal'), '');
    await server.stopImmediately();
    await server.start();
    const standby = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 1 });
    expect([await isReadOnly(standby), await waitsForStandby(standby)]).toEqual([true, true]);
    await standby.destroy();
    rmSync(join(folder, 'standby.signal'), { force: true });
    rmSync(join(folder, 'postgresql.auto.conf'));
    await server.stopImmediately();
    await server.start();
    expect(await isReadOnly(rig.owner)).toBe(false);
  });

  it('not to be the embedded one: it can be told', async () => {
    expect(await isEmbeddedCluster(rig.dataSource)).toBe(true);
  });

  it('time-outs on every connection, joined with the URL’s own options', async () => {
    const url = `${rig.database.serviceUrl}?options=${encodeURIComponent('-c work_mem=5MB')}`;
    const dataSource = createDataSource(url, {
      statementTimeoutMs: 1234,
      lockTimeoutMs: 234,
      idleInTransactionTimeoutMs: 345,
      poolSize: 1,
      applicationName: 'named',
    });
    await dataSource.initialize();
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const rows = await dataSource.query<{ setting: string }[]>(
      'SELECT setting FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i) JOIN pg_settings USING (name) ORDER BY i',
      [[...names, 'client_connection_check_interval', 'work_mem', 'application_name']],
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['1234', '234', '345', '1000', '5120', 'named']);
    await dataSource.destroy();
  });
});
