import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALARM_KINDS, floorOf, WINDOWS } from './kinds.js';
import { counted, isCalm, isOver, limitOf, newSeries, rolled, type Measure, type Series } from './rule.js';

const [SHORT, LONG] = WINDOWS;
const MEASURE: Measure = { window: SHORT, floor: 50 };
const NOON = Date.UTC(2026, 10, 30, 12);
const series = (changed: Partial<Series> = {}): Series => ({
  start: NOON,
  count: 0,
  before: 0,
  usual: 0,
  ...changed,
});
/** Window after window with these counts, the last one full but not over. */
const after = (counts: readonly number[], measure = MEASURE, from = series()) =>
  counts.reduce(
    (one, count, index) => counted(rolled(one, NOON + index * measure.window.ms, measure), count),
    from,
  );
/** As high as it can be without an alarm. */
const below = (one: Series, measure: Measure) => Math.floor(limitOf(one, measure));

describe('a window', () => {
  it('is over with more than the floor, where nothing is usual', () => {
    expect(isOver(series({ count: 50 }), MEASURE)).toBe(false);
    expect(isOver(series({ count: 51 }), MEASURE)).toBe(true);
  });

  it('is over with more than the floor and four times the usual count', () => {
    expect(limitOf({ usual: 25 }, MEASURE)).toBe(150);
    expect(isOver(series({ usual: 25, count: 150 }), MEASURE)).toBe(false);
    expect(isOver(series({ usual: 25, count: 151 }), MEASURE)).toBe(true);
  });

  it('that is calm has a whole calm one before it', () => {
    expect(isCalm(series({ count: 10, before: 51 }), MEASURE)).toBe(false);
    expect(isCalm(series({ count: 51, before: 10 }), MEASURE)).toBe(false);
    expect(isCalm(series({ count: 10, before: 50 }), MEASURE)).toBe(true);
  });

  it('begins where a clock shows whole windows', () => {
    expect(newSeries(NOON + 299_999, MEASURE).start).toBe(NOON);
    expect(rolled(series(), NOON + 300_000, MEASURE).start).toBe(NOON + 300_000);
  });
});

describe('what comes late', () => {
  it('counts as of now, and takes no window back', () => {
    const now = series({ count: 7, before: 3, usual: 1 });
    expect(rolled(now, NOON - 1, MEASURE)).toEqual(now);
    expect(rolled(now, NOON - 3_600_000, MEASURE)).toEqual(now);
  });
});

describe('the usual count', () => {
  it('goes to what is usual within days', () => {
    const week = after(Array.from({ length: 7 * 288 }, () => 20));
    expect(week.usual).toBeGreaterThan(19.9);
    expect(week.usual).toBeLessThanOrEqual(20);
  });

  it('takes a storm for one floor above the usual', () => {
    const storm = rolled(series({ count: 1_000_000, usual: 3 }), NOON + SHORT.ms, MEASURE);
    expect(storm.usual).toBeCloseTo(3 + 50 / 288, 9);
  });

  it('fades while nothing happens, as if each quiet window had been counted', () => {
    const quiet = rolled(series({ count: 9, usual: 40 }), NOON + 100 * SHORT.ms, MEASURE);
    const stepped = after(
      [0, ...Array.from({ length: 100 }, () => 0)],
      MEASURE,
      series({ count: 9, usual: 40 }),
    );
    expect(quiet.usual).toBeCloseTo(stepped.usual, 9);
    expect(quiet.before).toBe(0);
  });

  it.each(WINDOWS)(
    'of $seconds s is taught one floor a day at most by who never raises an alarm',
    (window) => {
      const measure = { window, floor: 30 };
      let one = series();
      for (let day = 1; day <= 40; day += 1) {
        for (let index = 0; index < window.aDay; index += 1) {
          one = counted(one, below(one, measure) - one.count);
          expect(isOver(one, measure)).toBe(false);
          one = rolled(one, one.start + window.ms, measure);
        }
        expect(one.usual).toBeLessThanOrEqual(Math.min(day, 20) * 30 + 1e-6);
      }
      expect(one.usual).toBeGreaterThan(19 * 30);
    },
  );
});

const counts = fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 400 });
const floors = fc.integer({ min: 1, max: 10_000 });
const windows = fc.constantFrom(SHORT, LONG);

describe('whatever is counted', () => {
  it('raises nothing up to the floor', () => {
    fc.assert(
      fc.property(
        counts,
        floors,
        windows,
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (all, floor, window, usual) => {
          const measure = { window, floor };
          const low = all.map((count) => count % (floor + 1));
          let one = series({ usual, start: 0 });
          low.forEach((count, index) => {
            one = counted(rolled(one, index * window.ms, measure), count);
            expect(isOver(one, measure)).toBe(false);
          });
        },
      ),
    );
  });

  it('teaches nobody more than one floor a day, nor more than twenty', () => {
    fc.assert(
      fc.property(counts, floors, windows, (all, floor, window) => {
        const measure = { window, floor };
        const { usual } = after([...all, 0], measure);
        expect(usual).toBeLessThanOrEqual(Math.min((all.length * floor) / window.aDay, 20 * floor) + 1e-6);
        expect(usual).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('more of it is never less of an alarm', () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 1_000 }), (all, more) => {
        const one = after(all);
        const then = counted(one, more);
        expect(isOver(then, MEASURE)).toBe(isOver(one, MEASURE) || isOver(then, MEASURE));
        expect(isCalm(then, MEASURE)).toBe(isCalm(one, MEASURE) && isCalm(then, MEASURE));
      }),
    );
  });

  it('gives the same at once and step by step', () => {
    fc.assert(
      fc.property(counts, fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 }), (all, parts) => {
        const one = after(all);
        const sum = parts.reduce((total, part) => total + part, 0);
        expect(parts.reduce((so, part) => counted(so, part), one)).toEqual(counted(one, sum));
      }),
    );
  });

  it('is over as soon as there are more than twenty floors and four times as many besides', () => {
    fc.assert(
      fc.property(counts, floors, windows, (all, floor, window) => {
        const measure = { window, floor };
        const taught = after([...all, 0], measure);
        expect(isOver(counted(taught, 81 * floor + 1), measure)).toBe(true);
      }),
    );
  });
});

describe('floors', () => {
  const of = (kind: (typeof ALARM_KINDS)[number], ofTenant = false, window = SHORT) =>
    floorOf(50, { kind, ofTenant, window });

  it('are as the page says', () => {
    expect(ALARM_KINDS.map((kind) => [kind, of(kind), of(kind, false, LONG)])).toEqual([
      ['wrong-pins', 50, 200],
      ['cards', 50, 200],
      ['locks', 10, 40],
      ['otp-refusals', 20, 80],
      ['unreadable-envelopes', 20, 80],
      ['replays', 10, 40],
    ]);
    expect(of('locks', true)).toBe(20);
  });

  it('are never nothing', () => {
    const least = ALARM_KINDS.flatMap((kind) =>
      WINDOWS.map((window) => floorOf(5, { kind, ofTenant: false, window })),
    );
    expect(Math.min(...least)).toBe(1);
  });
});
