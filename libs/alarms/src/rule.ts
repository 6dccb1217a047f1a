import type { Window } from './kinds.js';

/**
 * When a count is an alarm, in three sentences (docs/alarms.md): A window is over when it has more than the floor and four
 * times the usual count. The usual count moves towards each window that ends, by its part of a day, and takes a window for
 * no more than one floor above the usual. An alarm ends when the window that is counted and the one before it are not over.
 *
 * All of it is pure: the same counts at the same times give the same alarms.
 */
const TIMES_USUAL = 4;
/** Nobody can teach more than this, however slowly: in floors. */
const TAUGHT_AT_MOST = 20;

/** The counts of one tenant, client, kind and length of window. */
export interface Series {
  /** Milliseconds since 1970: where the window that is being counted begins. */
  readonly start: number;
  readonly count: number;
  /** Of the window directly before. */
  readonly before: number;
  readonly usual: number;
}

/** What a series is judged by. */
export interface Measure {
  readonly window: Pick<Window, 'ms' | 'aDay'>;
  readonly floor: number;
}

export function newSeries(at: number, { window: { ms } }: Measure): Series {
  return { start: startOf(at, ms), count: 0, before: 0, usual: 0 };
}

/** The most that is no alarm. */
export function limitOf({ usual }: Pick<Series, 'usual'>, { floor }: Measure): number {
  return Math.floor(floor + TIMES_USUAL * usual);
}

/** The series at this time. A time before the window changes nothing: what comes late counts as of now. */
export function rolled(series: Series, at: number, measure: Measure): Series {
  const { ms, aDay } = measure.window;
  const start = startOf(at, ms);
  const passed = (start - series.start) / ms;
  if (passed <= 0) return series;
  const taught = learned(series, measure);
  // The windows since then had nothing.
  const usual = taught * (1 - 1 / aDay) ** (passed - 1);
  return { start, count: 0, before: passed === 1 ? series.count : 0, usual };
}

export function counted(series: Series, more: number): Series {
  return { ...series, count: series.count + more };
}

export function isOver(series: Series, measure: Measure): boolean {
  return series.count > limitOf(series, measure);
}

/** A whole window was not over, and the present one is not. */
export function isCalm(series: Series, measure: Measure): boolean {
  return Math.max(series.count, series.before) <= limitOf(series, measure);
}

/** Who stays below every limit raises the usual count by one floor a day at most, and never above twenty. */
function learned({ count, usual }: Series, { floor, window: { aDay } }: Measure): number {
  const most = Math.max(usual, Math.min(usual + floor, TAUGHT_AT_MOST * floor));
  return usual + (Math.min(count, most) - usual) / aDay;
}

function startOf(at: number, ms: number): number {
  return Math.floor(at / ms) * ms;
}
