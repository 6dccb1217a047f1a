import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { asSuperuser } from '../rigs/postgres.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const readiness = async () => await kit.service.request('GET', '/health/ready');

it('a database that answers and takes no write makes a replica not ready, with its cause in the log, until it does', async () => {
  const ready = await readiness();
  expect(ready).toMatchObject({ status: 200, body: { database: true, databaseWrites: true } });
  const readOnly = async (state: 'on' | 'off') => {
    await asSuperuser(inject('postgres'), async (superuser) => {
      await superuser.query(
        `ALTER DATABASE ${kit.database.name} SET default_transaction_read_only = ${state}`,
      );
      // New connections alone have it.
      await superuser.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'pinward-service'",
        [kit.database.name],
      );
    });
  };
  await readOnly('on');
  await expect.poll(readiness).toMatchObject({
    status: 503,
    body: { status: 'not ready', database: true, databaseWrites: false },
  });
  await expect.poll(() => kit.service.output).toMatch(/takes no writes.*"cause":"25006"/);
  await readOnly('off');
  await expect.poll(readiness).toMatchObject({ status: 200, body: { databaseWrites: true } });
});
