import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.js';

/** A limit in a time that passes only when a caller sleeps. */
function limited(options: { perSecond: number; burst?: number }) {
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

  it.each([
    [429, '2'],
    [503, new Date(Date.now() + 2_400).toUTCString()],
  ])('holds all calls back after %i with Retry-After %s', async (status, retryAfter) => {
    const { limit, pass, go, went } = limited({ perSecond: 100 });
    limit.heed(status, retryAfter);
    go(1);
    await pass(900);
    expect(went).toEqual([]);
    await pass(1_600);
    expect(went).toEqual([0]);
  });

  it('holds back also those who wait already', async () => {
    const { limit, pass, go, went } = limited({ perSecond: 1, burst: 1 });
    go(2);
    await pass(500);
    limit.heed(429, '5');
    await pass(600);
    expect(went).toEqual([0]);
    await pass(4_500);
    expect(went).toEqual([0, 1]);
  });

  it('does not heed other answers, nor nonsense', async () => {
    const { limit, pass, go, went } = limited({ perSecond: 100 });
    limit.heed(200, '60');
    limit.heed(429, 'soon');
    limit.heed(429, null);
    go(1);
    await pass(0);
    expect(went).toEqual([0]);
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

  it('is held up by no 429 of one card or of one kind of operation', async () => {
    const limit = new RateLimit({
      perSecond: 1_000,
      now: () => 0,
      sleep: () => Promise.reject(new Error('waited')),
    });
    for (const code of ['CARD_RATE_LIMITED', 'OTP_LIMIT_REACHED', 'OPERATION_RATE_LIMITED']) {
      limit.heed(429, '3600', code);
    }
    await limit.turn();
    limit.heed(429, '1', 'RATE_LIMITED');
    await expect(limit.turn()).rejects.toThrow('waited');
  });
});
