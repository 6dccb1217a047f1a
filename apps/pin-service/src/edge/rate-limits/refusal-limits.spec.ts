import { describe, expect, it } from 'vitest';
import { PinwardError } from '#libs/errors';
import { LocalCounters } from './local-counters.js';
import { RefusalLimits } from './refusal-limits.js';

const due = new PinwardError('TOKEN_INVALID');
const limited = expect.objectContaining({ code: 'RATE_LIMITED' });

function limitsOf(perMinute: number) {
  const clock = { now: 0 };
  return { clock, limits: new RefusalLimits(new LocalCounters(() => clock.now), perMinute) };
}

describe('refused authentications', () => {
  it('are answered as they are until there have been too many from one address', async () => {
    const { limits, clock } = limitsOf(2);
    expect(await limits.counted(due, '192.0.2.7')).toBe(due);
    expect(await limits.counted(due, '192.0.2.7')).toBe(due);
    clock.now = 30_500;
    expect(await limits.counted(due, '192.0.2.7')).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 30,
    });
    expect(await limits.counted(due, '192.0.2.8')).toBe(due);
    clock.now = 60_000;
    expect(await limits.counted(due, '192.0.2.7')).toBe(due);
  });

  it('count an IPv6 network as one', async () => {
    const { limits } = limitsOf(1);
    await limits.countTry('2001:db8:1:2::1');
    await expect(limits.countTry('2001:db8:1:2:ffff::9')).rejects.toEqual(limited);
    await limits.countTry('2001:db8:1:3::1');
  });

  it('count tries that run side by side before any of them has failed', async () => {
    const { limits } = limitsOf(3);
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => limits.countTry('192.0.2.7')));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });
});
