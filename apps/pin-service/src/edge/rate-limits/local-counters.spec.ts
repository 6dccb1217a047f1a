import { describe, expect, it } from 'vitest';
import { WINDOW_MS } from './counters.js';
import { LocalCounters, MOST_KEYS } from './local-counters.js';

function countersAt(): { counters: LocalCounters; clock: { now: number } } {
  const clock = { now: 1_000 };
  return { counters: new LocalCounters(() => clock.now), clock };
}

describe('counters of this process', () => {
  it('count each key in a window that begins with its first hit', async () => {
    const { counters, clock } = countersAt();
    expect(await counters.hit('a')).toEqual({ hits: 1, leftMs: WINDOW_MS });
    clock.now += 20_000;
    expect(await counters.hit('a')).toEqual({ hits: 2, leftMs: 40_000 });
    expect(await counters.hit('b')).toEqual({ hits: 1, leftMs: WINDOW_MS });
  });

  it('begin anew when the window has ended, and not before', async () => {
    const { counters, clock } = countersAt();
    await counters.hit('a');
    clock.now += WINDOW_MS - 1;
    expect(await counters.hit('a')).toEqual({ hits: 2, leftMs: 1 });
    clock.now += 1;
    expect(await counters.hit('a')).toEqual({ hits: 1, leftMs: WINDOW_MS });
  });

  it('remember a bounded number of keys, and those that are in use', async () => {
    const { counters } = countersAt();
    const busy = 'client';
    for (let address = 0; address < 3 * MOST_KEYS; address += 1) {
      await counters.hit(`address:${address}`);
      if (address % 1_000 === 0) await counters.hit(busy);
    }
    expect(counters.size).toBe(MOST_KEYS);
    expect((await counters.hit(busy)).hits).toBe((3 * MOST_KEYS) / 1_000 + 1);
  });

  it('keep nothing of the hits themselves', async () => {
    const { counters } = countersAt();
    for (let hit = 0; hit < 10_000; hit += 1) await counters.hit('a');
    expect(counters.size).toBe(1);
  });

  it('take up to the limit and count nothing beyond it; what is given back may be taken again', async () => {
    const { counters, clock } = countersAt();
    const all = await Promise.all(Array.from({ length: 10 }, () => counters.take('a', 3)));
    expect(all.filter(({ taken }) => taken)).toHaveLength(3);
    expect(await counters.hit('a')).toEqual({ hits: 4, leftMs: WINDOW_MS });
    await counters.giveBack('a');
    await counters.giveBack('a');
    expect(await counters.take('a', 3)).toEqual({ taken: true, leftMs: WINDOW_MS });
    clock.now += WINDOW_MS;
    await counters.giveBack('a');
    expect(await counters.hit('a')).toEqual({ hits: 1, leftMs: WINDOW_MS });
  });
});
