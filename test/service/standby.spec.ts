import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReadOnly, waitsForStandby } from '#libs/database';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** As after a fail-over: connections break, and new ones meet a server that takes no writes. */
async function becomeStandby(readOnly: 'on' | 'off'): Promise<void> {
  const superuser = await kit.database.open({ url: kit.database.superuserUrl, poolSize: 1 });
  const [{ name } = { name: '' }] = await superuser.query<{ name: string }[]>(
    'SELECT quote_ident(current_database()) AS name',
  );
  const role = `ALTER ROLE pinward_service IN DATABASE ${name} SET default_transaction_read_only = ${readOnly}`;
  await superuser.query(role);
  await superuser.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'pinward_service' AND datname = current_database()`,
  );
  await superuser.destroy();
}

async function untilReady(status: number): Promise<unknown> {
  for (;;) {
    const { status: now, body } = await kit.service.request('GET', '/health/ready');
    const { database } = body as { database: boolean };
    if (now === status && database) return body;
  }
}

describe('a database that takes no writes', () => {
  it('makes the replica not ready until it does, and costs no try', async () => {
    const card = await kit.cardWithPin('4071');
    const encryptedPin = await kit.encrypt('4071', card);
    await becomeStandby('on');
    expect(await untilReady(503)).toMatchObject({ database: true, databaseWrites: false });
    const refused = await kit.post(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin });
    expect([refused.status, refused.body]).toMatchObject([503, { code: 'DATABASE_UNAVAILABLE' }]);
    await becomeStandby('off');
    expect(await untilReady(200)).toMatchObject({ databaseWrites: true });
    expect((await kit.validate(card, '4071')).body).toMatchObject({ verified: true, triesRemaining: 3 });
  });

  it('is told from one that does, and one whose commits wait for a standby from one that forgets', async () => {
    const writable = await kit.database.open({ poolSize: 1 });
    expect([await isReadOnly(writable), await waitsForStandby(writable)]).toEqual([false, false]);
  });
});
