import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedis, RedisServer } from '../support/redis-server.js';
import { ServiceProcess } from '../support/service-process.js';
import { ServiceKit } from './service-kit.js';

const CLIENT = 40;
const CALLS = 120;
const PASSWORD = 'redis-secret';

const program = findRedis();

describe.skipIf(program === null)('two replicas with one Redis', () => {
  let kit: ServiceKit;
  let redis: RedisServer;
  let replicas: readonly ServiceProcess[];

  beforeAll(async () => {
    kit = await ServiceKit.open();
    const { identity, token, database } = kit;
    redis = await RedisServer.reserve(program ?? '', identity);
    await redis.start();
    const start = async (url: string) =>
      await ServiceProcess.start({
        ...{ identity, token, databaseUrl: database.serviceUrl },
        environment: {
          RATE_LIMIT_CLIENT_PER_MINUTE: String(CLIENT),
          REDIS_URL: url,
          NODE_EXTRA_CA_CERTS: identity.certificateFile,
        },
      });
    replicas = [await start(redis.url), await start(redis.tlsUrl)];
  });
  afterAll(async () => {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
    await kit[Symbol.asyncDispose]();
  });

  /** How many of a new client's calls were let through, spread over the replicas, all at once. */
  async function letThrough(): Promise<number> {
    const token = await kit.identity.tokenFor({ scopes: ['pin:validate'], clientId: randomUUID() });
    const statuses = await Promise.all(
      Array.from({ length: CALLS }, async (_, call) => {
        const answer = await replicas[call % 2]?.request('GET', '/v1/pin-keys', { token });
        return answer?.status ?? 0;
      }),
    );
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  }

  const linesWith = (text: string) =>
    replicas.map(({ output }) => output.split('\n').filter((line) => line.includes(text)).length);

  it('let through what one would', async () => {
    expect(await letThrough()).toBe(CLIENT);
  });

  it('limit each for itself when Redis dies, fail no request, and say so once', async () => {
    await redis.kill();
    expect(await letThrough()).toBe(2 * CLIENT);
    expect(await letThrough()).toBe(2 * CLIENT);
    expect(linesWith('Redis does not answer')).toEqual([1, 1]);
    for (const replica of replicas) {
      expect(await replica.request('GET', '/health/ready')).toMatchObject({ status: 200 });
    }
  });

  it('share again when Redis is back, and say so once', async () => {
    await redis.start();
    for (const end = Date.now() + 20_000; linesWith('Redis answers again').some((lines) => lines === 0);) {
      if (Date.now() > end) throw new Error('the replicas did not return to Redis');
      await pause(20);
    }
    expect(await letThrough()).toBe(CLIENT);
    expect(linesWith('Redis answers again')).toEqual([1, 1]);
  });

  it('fail no request while Redis hangs', async () => {
    redis.halt();
    expect(await letThrough()).toBeLessThanOrEqual(2 * CLIENT);
    expect(await letThrough()).toBe(2 * CLIENT);
    redis.goOn();
  });

  it('never print where Redis is, nor its password', async () => {
    const { identity, token, database } = kit;
    await using replica = await ServiceProcess.start({
      ...{ identity, token, databaseUrl: database.serviceUrl },
      environment: { REDIS_URL: redis.url.replace('//', `//:${PASSWORD}@`) },
    });
    expect((await replica.request('GET', '/health/ready')).status).toBe(200);
    await replica.stop();
    const printed = [replica, ...replicas].map(({ output }) => output).join('');
    expect(printed).not.toContain(PASSWORD);
    expect(printed).not.toContain(new URL(redis.url).host);
    expect(printed).not.toContain(new URL(redis.tlsUrl).host);
  });
});
