import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { until } from '../support/until.js';
import { randomPin } from '../support/random-pin.js';
import { findRedis, RedisServer } from '../rigs/redis-server.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const CLIENT = 40;
const CALLS = 120;
/** Of a client in a minute, both codes issued and wrong codes; a third of what is sent. */
const CODES = 10;
const PASSWORD = 'redis-secret';

const program = findRedis();

describe.skipIf(program === null)('two replicas with one Redis', () => {
  let kit: ServiceKit;
  let redis: RedisServer;
  let replicas: readonly ServiceProcess[];

  beforeAll(async () => {
    kit = await ServiceKit.open(FEW_WEAK_PINS);
    const { identity, token, database } = kit;
    redis = await RedisServer.reserve(program ?? '', identity);
    await redis.start();
    const start = async (url: string) =>
      await ServiceProcess.start({
        identity,
        token,
        databaseUrl: database.serviceUrl,
        environment: {
          RATE_LIMIT_CLIENT_PER_MINUTE: String(CLIENT),
          OTP_ISSUED_PER_CLIENT_AND_MINUTE: String(CODES),
          OTP_WRONG_CODES_PER_CLIENT_AND_MINUTE: String(CODES),
          REDIS_URL: url,
          // What is told here is how they count together, not how fast the machine is.
          REDIS_TIMEOUT_MS: '10000',
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

  /** How often each says this from now on: a start that is slow says that it does not wait for Redis. */
  function linesFromNow(text: string): () => number[] {
    const before = linesWith(text);
    return () => linesWith(text).map((lines, replica) => lines - (before[replica] ?? 0));
  }

  it('let through what one would', async () => {
    await until(
      'both share',
      () => linesWith('Redis does not answer').join() === linesWith('Redis answers again').join(),
    );
    expect(await letThrough()).toBe(CLIENT);
  });

  /** Two calls for each of fifteen cards, one at each replica, all at once; how often each status was answered. */
  async function twiceForEach<Card>(
    cards: readonly Card[],
    call: (card: Card, turn: number) => { readonly path: string; readonly body: object },
  ): Promise<Record<number, number>> {
    const scopes = ['otp:issue', 'pin:reset'];
    const token = await kit.identity.tokenFor({ scopes, clientId: randomUUID() });
    const answers = await Promise.all(
      cards.flatMap((card) =>
        replicas.map(async (replica, turn) => {
          const { path, body } = call(card, turn);
          const headers = { 'x-request-id': randomUUID() };
          return await replica.request('POST', path, { token, body, headers });
        }),
      ),
    );
    return countsOf(answers.map(({ status }) => status));
  }
  const countsOf = (statuses: readonly number[]) => {
    const counts: Record<number, number> = {};
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };

  it('issue together as many codes of one client over its cards as one would', async () => {
    const cards = await Promise.all(
      Array.from({ length: 15 }, async () => await kit.cardWithPin(randomPin())),
    );
    const counts = await twiceForEach(cards, ({ cardId }, turn) => ({
      path: `/v1/cards/${cardId}/otp`,
      body: { purpose: turn === 0 ? 'pin-reset' : 'pin-change' },
    }));
    expect(counts).toEqual({ 202: CODES, 429: 30 - CODES });
  });

  it('compare together as many wrong codes of one client over its cards as one would', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 15 }, async () => {
        const card = await kit.cardWithPin(randomPin());
        const otp = await kit.otpFor(card, 'pin-reset');
        const code = String((Number(otp.code) + 1) % 1_000_000).padStart(6, '0');
        const newPin = await kit.encrypt(randomPin(), card);
        return { path: `/v1/cards/${card.cardId}/pin/reset`, body: { newPin, otp: { ...otp, code } } };
      }),
    );
    expect(await twiceForEach(guesses, (guess) => guess)).toEqual({ 422: CODES, 429: 30 - CODES });
  });

  it('limit each for itself when Redis dies, fail no request, and say so once', async () => {
    const told = linesFromNow('Redis does not answer');
    await redis.kill();
    expect(await letThrough()).toBe(2 * CLIENT);
    expect(await letThrough()).toBe(2 * CLIENT);
    expect(told()).toEqual([1, 1]);
    for (const replica of replicas) {
      expect(await replica.request('GET', '/health/ready')).toMatchObject({ status: 200 });
    }
  });

  it('share again when Redis is back, and say so once', async () => {
    const told = linesFromNow('Redis answers again');
    await redis.start();
    await until('both are back at Redis', () => told().every((lines) => lines > 0));
    expect(await letThrough()).toBe(CLIENT);
    expect(told()).toEqual([1, 1]);
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
      identity,
      token,
      databaseUrl: database.serviceUrl,
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
