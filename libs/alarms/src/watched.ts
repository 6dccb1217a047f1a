import { randomUUID } from 'node:crypto';
import type { Alarm } from './alarm.js';
import { floorOf, WINDOWS, type AlarmKind, type Window } from './kinds.js';
import { counted, isCalm, isOver, limitOf, newSeries, rolled, type Measure, type Series } from './rule.js';

/** Whose counts are watched. */
export interface Watch {
  readonly tenantId: string;
  /** Null for all clients of the tenant together. */
  readonly clientId: string | null;
  readonly kind: AlarmKind;
}

/** What the counts brought about. */
export interface Change {
  readonly what: 'raised' | 'ended';
  readonly alarm: Alarm;
}

/** One watch while lines are counted: its series, its open alarm, and what became of that. */
export class Watched {
  readonly #series: Map<number, Series>;
  #alarm: Alarm | null;
  readonly changes: Change[] = [];

  constructor(
    readonly watch: Watch,
    /** Of the policy. */
    private readonly alarmFloor: number,
    stored: { readonly series: ReadonlyMap<number, Series>; readonly alarm: Alarm | null },
  ) {
    this.#series = new Map(stored.series);
    this.#alarm = stored.alarm;
  }

  /** By the seconds of their windows. */
  get series(): ReadonlyMap<number, Series> {
    return this.#series;
  }

  /** Null while none is open. */
  get alarm(): Alarm | null {
    return this.#alarm;
  }

  /** Of the past that was there before anything was watched: it teaches as it was, and raises nothing. */
  learn(count: number, { from, to }: { readonly from: number; readonly to: number }): void {
    for (const window of WINDOWS) {
      const series = this.at(to, window);
      const usual = series.usual + (count * window.ms) / (to - from);
      this.#series.set(window.seconds, { ...series, usual });
    }
  }

  /** @param at the five minutes in which so many were seen */
  count(more: number, at: number): void {
    for (const window of WINDOWS) {
      const series = counted(this.at(at, window), more);
      this.#series.set(window.seconds, series);
      if (isOver(series, this.measure(window))) this.over(series, window, at);
    }
    this.end(at);
  }

  /** Time passes without anything. */
  pass(now: number): void {
    for (const window of WINDOWS) this.#series.set(window.seconds, this.at(now, window));
    this.end(now);
  }

  private at(at: number, window: Window): Series {
    const measure = this.measure(window);
    const series = this.#series.get(window.seconds);
    return series === undefined ? newSeries(at, measure) : rolled(series, at, measure);
  }

  private measure(window: Window): Measure {
    const { kind, clientId } = this.watch;
    return { window, floor: floorOf(this.alarmFloor, { kind, ofTenant: clientId === null, window }) };
  }

  private over(series: Series, window: Window, at: number): void {
    if (this.#alarm === null) {
      this.#alarm = this.raised(series, window, at);
      this.changes.push({ what: 'raised', alarm: this.#alarm });
      return;
    }
    const { windowSeconds, count, lastOverAt } = this.#alarm;
    this.#alarm = {
      ...this.#alarm,
      count: windowSeconds === window.seconds ? Math.max(count, series.count) : count,
      lastOverAt: new Date(Math.max(lastOverAt.getTime(), at)),
    };
  }

  private raised(series: Series, window: Window, at: number): Alarm {
    return {
      ...this.watch,
      alarmId: randomUUID(),
      windowSeconds: window.seconds,
      since: new Date(series.start),
      count: series.count,
      usual: series.usual,
      limit: limitOf(series, this.measure(window)),
      lastOverAt: new Date(at),
      // The database's clock is written; nothing is decided by this one.
      raisedAt: new Date(at),
      endedAt: null,
      brakeId: null,
    };
  }

  private end(at: number): void {
    if (this.#alarm === null) return;
    const calm = WINDOWS.every((window) => isCalm(this.at(at, window), this.measure(window)));
    if (!calm) return;
    this.changes.push({ what: 'ended', alarm: this.#alarm });
    this.#alarm = null;
  }
}
