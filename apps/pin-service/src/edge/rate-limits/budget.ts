import type { LimitName } from '#libs/errors';
import { type Counters, rateLimited } from './counters.js';

/**
 * So many requests may wait for one subject's reservations; further ones are refused and may come again in a second.
 */
const MOST_WAITING = 256;
const SOON_MS = 1_000;

/** A part of a budget, set aside for work that may fail. Exactly one of both calls ends it. */
export interface Reservation {
  /** The work has failed: the part that was set aside is spent. */
  spend(): void;
  /** The work has not failed. */
  giveBack(): Promise<void>;
}

interface Subject {
  underWay: number;
  /** Number of ended reservations: a request that was refused before the last of them asks again. */
  ended: number;
  readonly waiting: (() => void)[];
}

/**
 * How many failures of one kind a subject may have in a minute. A failure is counted before the work; if it were
 * counted after, any number would pass side by side. Work that does not fail costs nothing. So when the rest of the
 * budget is set aside, requests wait, in their order, until that work has ended.
 */
export class Budget {
  readonly #subjects = new Map<string, Subject>();

  /**
   * @param limit begins its keys, and is the name in a refusal
   * @param now milliseconds that never run backwards
   */
  constructor(
    private readonly counters: Counters,
    private readonly limit: LimitName,
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws PinwardError the limit's when the budget of this window is spent, or too many wait */
  async reserve(id: readonly string[]): Promise<Reservation> {
    const key = `${this.limit}:${JSON.stringify(id)}`;
    for (let hadItsTurn = false; ; hadItsTurn = true) {
      const subject = this.#subjects.get(key);
      if (subject !== undefined && subject.waiting.length > 0 && !hadItsTurn) {
        await this.turn(subject);
        continue;
      }
      const ended = subject?.ended;
      const { taken, leftMs } = await this.counters.take(key, this.perMinute);
      if (taken) return this.begun(key, leftMs);
      const now = this.#subjects.get(key);
      if (subject === undefined && now === undefined) throw rateLimited(leftMs, this.limit);
      if (subject !== undefined && subject === now && subject.ended === ended) await this.turn(subject);
    }
  }

  private async turn(subject: Subject): Promise<void> {
    if (subject.waiting.length >= MOST_WAITING) throw rateLimited(SOON_MS, this.limit);
    await new Promise<void>((resolve) => subject.waiting.push(resolve));
  }

  private begun(key: string, leftMs: number): Reservation {
    const subject = this.#subjects.get(key) ?? { underWay: 0, ended: 0, waiting: [] };
    this.#subjects.set(key, subject);
    subject.underWay += 1;
    const windowEndsAt = this.now() + leftMs;
    return {
      spend: () => this.end(key, subject),
      giveBack: async () => {
        // The next window counts nothing of this one.
        if (this.now() < windowEndsAt) await this.counters.giveBack(key);
        this.end(key, subject);
      },
    };
  }

  /** Lets the next one ask; or all of them, if nothing under way could do so later. */
  private end(key: string, subject: Subject): void {
    subject.underWay -= 1;
    subject.ended += 1;
    const last = subject.underWay === 0;
    if (last) this.#subjects.delete(key);
    for (const ask of subject.waiting.splice(0, last ? subject.waiting.length : 1)) ask();
  }
}
