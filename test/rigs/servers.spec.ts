import { describe, expect, it } from 'vitest';
import { findHaproxy, Haproxy } from './haproxy.js';
import { findPgBouncer, PgBouncer } from './pg-bouncer.js';
import { freePort, listens } from './ports.js';
import { asSuperuser, createTestDatabase, startTestServer, type TestServer } from './postgres.js';
import { findRedis, RedisServer } from './redis-server.js';

const portOf = (url: string) => Number(new URL(url).port);

const one = async (server: TestServer) =>
  await asSuperuser(server, (superuser) => superuser.query<unknown[]>('SELECT 1 AS one'));

describe('PostgreSQL', () => {
  it('answers, dies when it is killed, comes back at the same address, and is gone in the end', async () => {
    const server = await startTestServer({ durable: false });
    const pid = server.pid();
    try {
      expect(await one(server)).toEqual([{ one: 1 }]);
      await server.kill();
      expect(await listens(portOf(server.superuserUrl))).toBe(false);
      await server.start();
      expect(server.pid()).not.toBe(pid);
      expect(await one(server)).toEqual([{ one: 1 }]);
    } finally {
      await server.dispose();
    }
    expect(await listens(portOf(server.superuserUrl))).toBe(false);
  });
});

const redis = findRedis();
describe.skipIf(redis === null)('Redis', () => {
  it('listens between start and the end, at an address that stays', async () => {
    const server = await RedisServer.reserve(redis ?? '');
    expect(await listens(portOf(server.url))).toBe(false);
    for (let round = 0; round < 2; round += 1) {
      await server.start();
      expect(await listens(portOf(server.url))).toBe(true);
      await server.kill();
      expect(await listens(portOf(server.url))).toBe(false);
    }
    await server[Symbol.asyncDispose]();
  });
});

const haproxy = findHaproxy();
describe.skipIf(haproxy === null)('HAProxy', () => {
  it('listens with the documented configuration, and is gone in the end', async () => {
    const replica = async () => ({ port: await freePort(), probe: await freePort() });
    const balancer = await Haproxy.start(haproxy ?? '', await replica(), await replica());
    expect(await listens(portOf(balancer.url))).toBe(true);
    await balancer[Symbol.asyncDispose]();
    expect(await listens(portOf(balancer.url))).toBe(false);
  });
});

const bouncer = findPgBouncer();
describe.skipIf(bouncer === null)('PgBouncer', () => {
  it('leads to the database, and is gone in the end', async () => {
    await using database = await createTestDatabase();
    const pooler = await PgBouncer.start(bouncer ?? '', [database.ownerUrl], {
      mode: 'session',
      poolSize: 1,
      ignored: 'options,extra_float_digits',
    });
    const url = pooler.url(database.ownerUrl);
    const dataSource = await database.open({ url, poolSize: 1 });
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    await pooler[Symbol.asyncDispose]();
    expect(await listens(portOf(url))).toBe(false);
  });
});
