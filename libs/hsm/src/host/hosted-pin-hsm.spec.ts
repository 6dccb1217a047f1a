import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HsmUnavailable } from '../contract/faults.js';
import type { HostSupervisor } from './host-supervisor.js';
import { HostedPinHsm } from './hosted-pin-hsm.js';

const START = new Date('2026-11-28T12:00:00Z');
const later = (seconds: number) => new Date(START.getTime() + seconds * 1_000);

/** A host without work, with the given result of its known-answer tests. */
function supervisor(test: () => Promise<null>) {
  const stub = {
    startedAt: START,
    trouble: null,
    keyTrouble: null,
    report: { warnings: [] },
    forward: vi.fn<() => Promise<null>>(test),
    close: async () => undefined,
  };
  return stub as typeof stub & HostSupervisor;
}

describe('the time of the last known-answer test', () => {
  let hsm: HostedPinHsm;
  beforeEach(() => vi.useFakeTimers({ now: START }));
  afterEach(async () => {
    await hsm.close();
    vi.useRealTimers();
  });
  const opened = (over: HostSupervisor) => {
    const options = {
      profile: 'softhsm2' as const,
      queueCapacity: 4,
      evaluationWindowMs: 10_000,
      reserveSeals: async () => undefined,
    };
    return (hsm = new HostedPinHsm(over, options));
  };

  it('moves with each one that passes, so that its age stays below the alarm', async () => {
    const host = supervisor(async () => null);
    opened(host);
    for (const seconds of [30, 60, 90, 3_600]) {
      await vi.advanceTimersByTimeAsync(later(seconds).getTime() - Date.now());
      expect(hsm.health().knownAnswerTestAt).toEqual(later(seconds));
    }
    expect(host.forward).toHaveBeenCalledTimes(120);
  });

  it('is that of the answer, not of the question', async () => {
    opened(supervisor(() => new Promise((resolve) => setTimeout(() => resolve(null), 5_000))));
    await vi.advanceTimersByTimeAsync(34_000);
    expect(hsm.health().knownAnswerTestAt).toEqual(START);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hsm.health().knownAnswerTestAt).toEqual(later(35));
  });

  it('stays where it was while they fail', async () => {
    let fails = false;
    opened(
      supervisor(async () => {
        if (fails) throw new HsmUnavailable('no');
        return null;
      }),
    );
    await vi.advanceTimersByTimeAsync(30_000);
    fails = true;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(hsm.health().knownAnswerTestAt).toEqual(later(30));
    expect(hsm.health().warnings).toEqual(['the known-answer test: no']);
    fails = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(hsm.health().warnings).toEqual([]);
  });

  it('is the start of a host that came since, even where the clock was set back', async () => {
    const host = supervisor(async () => null);
    opened(host);
    await vi.advanceTimersByTimeAsync(3_600_000);
    host.startedAt = later(10);
    expect(hsm.health().knownAnswerTestAt).toEqual(later(10));
    vi.setSystemTime(later(20));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(hsm.health().knownAnswerTestAt).toEqual(later(50));
  });
});
