import type { Timing } from '../timing.js';

export interface TimeLimitOptions {
  readonly timing: Timing;
  readonly milliseconds: number;
  /** Aborts it as well. */
  readonly outer?: AbortSignal | undefined;
  /** What the signal's reason is when the time is over. */
  readonly reason: () => Error;
}

/** Aborts its signal when the time is over or the outer signal says so. To be ended with what it is for. */
export class TimeLimit {
  readonly signal: AbortSignal;
  readonly #endsAt: number;
  readonly #now: Timing['now'];
  readonly #ended = new AbortController();

  constructor({ timing, milliseconds, outer, reason }: TimeLimitOptions) {
    const over = new AbortController();
    this.#now = timing.now;
    this.#endsAt = timing.now() + milliseconds;
    this.signal = outer === undefined ? over.signal : AbortSignal.any([outer, over.signal]);
    timing.sleep(milliseconds, this.#ended.signal).then(
      () => over.abort(reason()),
      () => undefined,
    );
  }

  get leftMs(): number {
    return this.#endsAt - this.#now();
  }

  /** What the promise brings. @throws the signal's reason as soon as it is aborted, whatever the promise does */
  async within<Value>(promise: Promise<Value>): Promise<Value> {
    const listening = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const give = () => reject(this.signal.reason as Error);
      if (this.signal.aborted) give();
      this.signal.addEventListener('abort', give, { signal: listening.signal });
    });
    try {
      return await Promise.race([aborted, promise]);
    } finally {
      listening.abort();
    }
  }

  end(): void {
    this.#ended.abort(new Error('ended'));
  }
}
