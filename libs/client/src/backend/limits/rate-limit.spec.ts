import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES } from '../../../../errors/src/index.js';
import { RateLimit } from './rate-limit.js';

/** A limit in a time that passes only when a caller sleeps. */
function limited(options: { perSecond?: number; burst?: number }) {
  let now = 0;
  const wakers: { readonly at: number; readonly wake: () => void }[] = [];
  const limit = new RateLimit({
    ...options,
    now: () => now,
    sleep: (milliseconds) => new Promise((wake) => void wakers.push({ at: now + milliseconds, wake })),
  });
  const pass = async (milliseconds: number) => {
    now += milliseconds;
    for (const waker of wakers.splice(0)) {
      if (waker.at <= now) waker.wake();
      else wakers.push(waker);
    }
    await new Promise((resolve) => void setImmediate(resolve));
  };
  const went: number[] = [];
  const go = (count: number) => {
    for (let index = 0; index < count; index += 1) void limit.turn().then(() => went.push(index));
  };
  return { limit, pass, go, went };
}

describe('a client-side rate limit', () => {
  it('lets a burst go at once and the rest at its rate, in their order', async () => {
    const { pass, go, went } = limited({ perSecond: 10, burst: 3 });
    go(6);
    await pass(0);
    expect(went).toEqual([0, 1, 2]);
    await pass(100);
    expect(went).toEqual([0, 1, 2, 3]);
    await pass(200);
    expect(went).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('saves up no more than its burst', async () => {
    const { pass, go, went } = limited({ perSecond: 10, burst: 2 });
    await pass(60_000);
    go(3);
    await pass(0);
    expect(went).toEqual([0, 1]);
  });

  it.each(['client-requests', 'address-requests'])('holds all calls back after 429 %s', async (limit) => {
    const { limit: rate, pass, go, went } = limited({ perSecond: 100 });
    rate.heed({ status: 429, limit, retryAfterSeconds: 2 });
    expect(rate.pauseMs).toBe(2_000);
    go(1);
    await pass(1_999);
    expect(went).toEqual([]);
    await pass(1);
    expect(went).toEqual([0]);
    expect(rate.pauseMs).toBe(0);
  });

  it('holds back also those who wait already', async () => {
    const { limit, pass, go, went } = limited({ perSecond: 1, burst: 1 });
    go(2);
    await pass(500);
    limit.heed({ status: 429, limit: 'client-requests', retryAfterSeconds: 5 });
    await pass(600);
    expect(went).toEqual([0]);
    await pass(4_500);
    expect(went).toEqual([0, 1]);
  });

  it('gives up when it is told to', async () => {
    const limit = new RateLimit({ perSecond: 0.001, burst: 1 });
    await limit.turn();
    const controller = new AbortController();
    const waiting = limit.turn(controller.signal);
    controller.abort(new Error('too long'));
    await expect(waiting).rejects.toThrow('too long');
  });

  it.each([{ perSecond: 0 }, { perSecond: Number.NaN }, { perSecond: 1, burst: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => new RateLimit(options)).toThrow(RangeError);
    },
  );

  it('is held up by no limit of others, nor by a service that is away', async () => {
    const limit = new RateLimit({ now: () => 0, sleep: () => Promise.reject(new Error('waited')) });
    const ofTheClient = ['client-requests', 'address-requests'];
    for (const other of [undefined, ...LIMIT_NAMES.filter((name) => !ofTheClient.includes(name))])
      limit.heed({ status: 429, limit: other, retryAfterSeconds: 3_600 });
    limit.heed({ status: 503, limit: undefined, retryAfterSeconds: 60 });
    limit.heed({ status: 429, limit: 'client-requests', retryAfterSeconds: undefined });
    await limit.turn();
    limit.heed({ status: 429, limit: 'client-requests', retryAfterSeconds: 1 });
    await expect(limit.turn()).rejects.toThrow('waited');
  });

  it('lets any number go at once where no rate was agreed', async () => {
    const { pass, go, went } = limited({});
    go(1_000);
    await pass(0);
    expect(went).toHaveLength(1_000);
  });
});
