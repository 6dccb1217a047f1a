import { describe, expect, it } from 'vitest';
import { HsmUnavailable } from '../contract/faults.js';
import { LagMeter, TimedOperations } from './hsm-lag.js';

function meterAt(clock: { now: number }) {
  const meter = new LagMeter(1_000, () => clock.now);
  const call = (ms: number, parts = 1) => {
    using timed = meter.begin(parts);
    clock.now += ms;
    timed.answered();
  };
  return { meter, call };
}

describe('the lag of the HSM', () => {
  it('is none while calls are quick, and one call in thousands that is not changes nothing', () => {
    const { meter, call } = meterAt({ now: 0 });
    expect(meter.state()).toEqual({
      lagging: false,
      limitMs: 1_000,
      oldestWaitMs: 0,
      p99Ms: 0,
      underWay: 0,
    });
    call(2_000);
    for (let count = 0; count < 400; count += 1) call(10);
    expect(meter.state()).toMatchObject({ lagging: false, p99Ms: 10 });
  });

  it('is told while a call still waits, before any has been answered', () => {
    const clock = { now: 0 };
    const { meter } = meterAt(clock);
    using _first = meter.begin();
    clock.now = 900;
    using _second = meter.begin();
    expect(meter.state()).toMatchObject({ lagging: false, oldestWaitMs: 900, underWay: 2 });
    clock.now = 1_000;
    expect(meter.state()).toMatchObject({ lagging: true, oldestWaitMs: 1_000, p99Ms: 0 });
  });

  it('ends when calls have been much quicker for a while, and does not come and go', () => {
    const clock = { now: 0 };
    const { meter, call } = meterAt(clock);
    call(1_200);
    expect(meter.state().lagging).toBe(true);
    const seen: boolean[] = [];
    // Just below the limit, for minutes: as slow as before for the callers that wait.
    for (let count = 0; count < 200; count += 1) {
      call(700);
      seen.push(meter.state().lagging);
    }
    expect(new Set(seen)).toEqual(new Set([true]));
    const from = clock.now;
    while (meter.state().lagging) call(100);
    // Most of the minute that the p99 covers, and ten seconds of quick calls.
    expect(clock.now - from).toBeGreaterThan(60_000);
    expect(clock.now - from).toBeLessThan(75_000);
  });

  it('goes by what one call takes of an operation that makes several', () => {
    const { meter, call } = meterAt({ now: 0 });
    call(3_600, 4);
    expect(meter.state()).toMatchObject({ lagging: false, p99Ms: 900 });
  });

  it('is not hidden by calls that were refused at once, and those that were given up count', () => {
    const clock = { now: 0 };
    const { meter, call } = meterAt(clock);
    call(1_500);
    for (let count = 0; count < 500; count += 1) meter.begin()[Symbol.dispose]();
    expect(meter.state()).toMatchObject({ lagging: true, p99Ms: 1_500 });
    const givenUp = meter.begin();
    clock.now += 10_000;
    givenUp[Symbol.dispose]();
    expect(meter.state().p99Ms).toBe(10_000);
  });

  it('keeps the newest calls alone, however many there are', () => {
    const { meter, call } = meterAt({ now: 0 });
    for (let count = 0; count < 50; count += 1) call(100);
    for (let count = 0; count < 5_000; count += 1) call(1);
    expect(meter.state().p99Ms).toBe(1);
  });
});

describe('operations', () => {
  it('are told with their kind, and whether they were answered', async () => {
    const told: (readonly [string, boolean])[] = [];
    const supervisor = {
      forward: async ({ kind }: { readonly kind: string }) => {
        if (kind === 'sign') throw new HsmUnavailable('gone');
        return Buffer.alloc(0) as never;
      },
    };
    const operations = new TimedOperations(supervisor, {
      evaluationWindowMs: 1_000,
      onOperation: (kind, seconds, answered) => {
        expect(seconds).toBeGreaterThanOrEqual(0);
        told.push([kind, answered]);
      },
    });
    const bounds = { evaluation: false, startBefore: 0n, endBefore: 0n };
    await operations.perform({ kind: 'attest-beginning', requestId: 'a' }, bounds);
    await operations.perform({ kind: 'check-attestations', attestations: [] }, bounds);
    const signing = operations.perform(
      { kind: 'sign', keyKind: 'audit-signing', input: Buffer.alloc(1) },
      bounds,
    );
    await expect(signing).rejects.toThrow('gone');
    expect(told).toEqual([
      ['attest-beginning', true],
      ['check-attestations', true],
      ['sign', false],
    ]);
  });
});
