import { describe, expect, it } from 'vitest';
import type { RequestContext } from '#libs/requests';
import { LocalCounters } from '../edge/rate-limits/local-counters.js';
import { wrongCodeLimit } from './otp-limits.js';

type Judged = Awaited<ReturnType<Parameters<ReturnType<typeof wrongCodeLimit>>[1]>>;

const RIGHT: Judged = { outcome: 'right' };
const WRONG = {
  outcome: 'rejected',
  compared: true,
  answer: { problem: 'OTP_REJECTED', members: {} },
} as unknown as Judged;
const wasWrong = (judged: Judged) => judged === WRONG;
const limited = expect.objectContaining({
  code: 'OPERATION_RATE_LIMITED',
  members: { limit: 'client-wrong-otp' },
});

function limitOf(perMinute: number) {
  const limit = wrongCodeLimit(new LocalCounters(), perMinute);
  let compared = 0;
  const check = async (comes: Judged | Error, { tenantId = 'default', clientId = 'app' } = {}) =>
    await limit(
      { tenantId, clientId } as RequestContext,
      async () => {
        compared += 1;
        await new Promise((resolve) => setImmediate(resolve));
        if (comes instanceof Error) throw comes;
        return comes;
      },
      wasWrong,
    );
  return { check, compared: () => compared };
}

describe('wrong codes of a client', () => {
  it('are compared as often as they may be, however many come at once; then none is, right or wrong', async () => {
    const { check, compared } = limitOf(3);
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => check(WRONG)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(check(RIGHT)).rejects.toEqual(limited);
    expect(compared()).toBe(3);
  });

  it('are those of one client of one tenant', async () => {
    const { check } = limitOf(1);
    await check(WRONG);
    await expect(check(WRONG)).rejects.toEqual(limited);
    expect(await check(WRONG, { clientId: 'other' })).toBe(WRONG);
    expect(await check(WRONG, { tenantId: 'elsewhere' })).toBe(WRONG);
  });

  it('are neither the right ones nor those that could not be compared', async () => {
    const { check, compared } = limitOf(1);
    const fault = new Error('the database is away');
    for (let time = 0; time < 5; time += 1) {
      expect(await check(RIGHT)).toBe(RIGHT);
      await expect(check(fault)).rejects.toBe(fault);
    }
    await check(WRONG);
    expect(compared()).toBe(11);
  });
});
