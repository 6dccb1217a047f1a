import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRedis, RedisServer } from '../../../../../test/rigs/redis-server.js';
import { WINDOW_MS } from './counters.js';
import { LocalCounters } from './local-counters.js';
import { RedisCounters } from './redis-counters.js';

const program = findRedis();
/** For tests of counts, not delays: two hundred questions at once, on a machine of any speed. */
const PATIENT_MS = 10_000;

describe.skipIf(program === null)('counters in Redis', () => {
  const warnings: string[] = [];
  const spy = vi
    .spyOn(Logger.prototype, 'warn')
    .mockImplementation((line: string) => void warnings.push(line));
  const opened: RedisCounters[] = [];
  let server: RedisServer;
  let admin: Redis;

  beforeEach(async () => {
    warnings.length = 0;
    server = await RedisServer.reserve(program ?? '');
    await server.start();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  afterEach(async () => {
    for (const counters of opened.splice(0)) counters.onApplicationShutdown();
    admin.disconnect();
    await server[Symbol.asyncDispose]();
  });
  afterAll(() => spy.mockRestore());

  async function open(url = server.url, answerWithinMs?: number): Promise<RedisCounters> {
    const counters = await RedisCounters.open(url, new LocalCounters(), answerWithinMs);
    opened.push(counters);
    return counters;
  }

  it('are one for all replicas, exactly', async () => {
    const replicas = [await open(server.url, PATIENT_MS), await open(server.url, PATIENT_MS)];
    const counts = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => await replicas[index % 2]?.hit('client:a')),
    );
    expect(counts.map((count) => count?.hits).toSorted((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(warnings).toEqual([]);
  });

  it('take up to the limit side by side, count nothing beyond it, and may be given back', async () => {
    const replicas = [await open(server.url, PATIENT_MS), await open(server.url, PATIENT_MS)];
    const take = async (index: number) => await replicas[index % 2]?.take('a', 50);
    const all = await Promise.all(Array.from({ length: 200 }, (_, index) => take(index)));
    expect(all.filter((one) => one?.taken === true)).toHaveLength(50);
    expect(await admin.get('pinward:limit:a')).toBe('50');
    expect(await admin.pttl('pinward:limit:a')).toBeGreaterThan(0);
    await replicas[0]?.giveBack('a');
    expect(await take(1)).toMatchObject({ taken: true });
    expect(await take(0)).toMatchObject({ taken: false });
    // A window without hits gives nothing back.
    await replicas[0]?.giveBack('b');
    expect(await admin.get('pinward:limit:b')).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('end with their window, even one that has lost its end', async () => {
    const counters = await open();
    expect(await counters.hit('a')).toEqual({ hits: 1, leftMs: WINDOW_MS });
    await admin.pexpire('pinward:limit:a', 1_234);
    expect((await counters.hit('a')).leftMs).toBeLessThanOrEqual(1_234);
    await admin.persist('pinward:limit:a');
    expect(await counters.hit('a')).toEqual({ hits: 3, leftMs: WINDOW_MS });
    expect(await admin.pttl('pinward:limit:a')).toBeGreaterThan(0);
  });

  it('are local while Redis is gone, and shared again afterwards', async () => {
    const counters = await open();
    await counters.hit('a');
    await server.kill();
    expect((await counters.hit('a')).hits).toBe(1);
    expect((await counters.hit('a')).hits).toBe(2);
    await server.start();
    await expect.poll(() => warnings.length).toBe(2);
    expect((await counters.hit('a')).hits).toBe(1);
    expect(await admin.get('pinward:limit:a')).toBe('1');
    expect(warnings[0]).toMatch(/does not answer/);
    expect(warnings[1]).toMatch(/answers again/);
  });

  it('do not wait for a Redis that hangs, and return to it', async () => {
    const counters = await open();
    await counters.hit('a');
    server.halt();
    const before = performance.now();
    for (let hits = 1; hits <= 40; hits += 1) expect((await counters.hit('a')).hits).toBe(hits);
    // One wait of 50 ms; if each of them waited, it would be two seconds.
    expect(performance.now() - before).toBeLessThan(1_000);
    server.goOn();
    await expect.poll(async () => (await counters.hit('b')) && warnings.length).toBe(2);
  });

  it('are local while Redis answers but does not write', async () => {
    const counters = await open();
    await admin.config('SET', 'min-replicas-to-write', '1');
    expect((await counters.hit('a')).hits).toBe(1);
    const asked = async () => {
      await counters.hit('a');
      return Number(/cmdstat_eval:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1]);
    };
    // The first request noticed it; a probe has been refused, too.
    await expect.poll(asked).toBeGreaterThanOrEqual(2);
    expect(await admin.get('pinward:limit:a')).toBeNull();
    expect(warnings).toHaveLength(1);
    await admin.config('SET', 'min-replicas-to-write', '0');
    await expect.poll(async () => (await counters.hit('b')) && warnings.length).toBe(2);
  });

  it('begin without Redis, and find it when it comes', async () => {
    await server.kill();
    const counters = await open();
    expect((await counters.hit('a')).hits).toBe(1);
    expect(warnings).toHaveLength(1);
    await server.start();
    await expect.poll(() => warnings.length).toBe(2);
    expect((await counters.hit('a')).hits).toBe(1);
  });

  it('tell neither address nor password of a Redis that refuses them', async () => {
    await admin.config('SET', 'requirepass', 'right-password');
    const counters = await open(server.url.replace('//', '//:wrong-password@'));
    expect((await counters.hit('a')).hits).toBe(1);
    await expect.poll(() => warnings.at(-1)).toMatch(/^Redis refuses user or password/);
    expect(warnings.join()).not.toMatch(/wrong-password|127\.0\.0\.1/);
  });

  it('are local, and say why, where Redis is not as REDIS_URL has it', async () => {
    const told = async (reason: RegExp) => {
      await expect.poll(() => warnings.at(-1)).toMatch(reason);
      warnings.length = 0;
    };
    const misplaced = await open(`${server.url}/99`);
    await told(/^Redis has no database of the number in REDIS_URL/);
    await misplaced.hit('a');
    expect(await admin.keys('pinward:limit:a')).toEqual([]);
    const counters = await open();
    await admin.config('SET', 'maxmemory', '1');
    await counters.hit('a');
    await told(/OOM/);
    await admin.config('SET', 'maxmemory', '0');
    await expect
      .poll(async () => (await counters.hit('b')) && (warnings.at(-1) ?? ''))
      .toMatch(/answers again/);
    await admin.replicaof('127.0.0.1', '1');
    await counters.hit('a');
    await told(/leads to a replica/);
  });
});
