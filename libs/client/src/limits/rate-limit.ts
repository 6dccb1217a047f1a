export interface RateLimitOptions {
  /** Calls a second in the long run. */
  readonly perSecond: number;
  /** Calls that may go out at once after a pause. Default: as many as a second allows, at least 1. */
  readonly burst?: number;
  /** Milliseconds, and a timer that goes with them; for tests. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Keeps a caller below the rate that was agreed for its client, so that the service need not refuse it: a token bucket,
 * first come, first served. After a 429 or 503 no call goes before the service's Retry-After is over.
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #sleep: NonNullable<RateLimitOptions['sleep']>;
  /** When the bucket would be full: as a time it needs no refilling. */
  #fullAt = -Infinity;
  #blockedUntil = -Infinity;

  constructor({ perSecond, burst = Math.max(1, perSecond), now, sleep = pause }: RateLimitOptions) {
    if (!(perSecond > 0) || !(burst >= 1)) throw new RangeError('a rate above 0 and a burst of 1 or more');
    this.#intervalMs = 1_000 / perSecond;
    this.#burst = burst;
    this.#now = now ?? (() => performance.now());
    this.#sleep = sleep;
  }

  /** Resolves when it is the caller's turn. @throws the signal's reason when it is aborted before */
  async turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const now = this.#now();
    this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs;
    const turnAt = this.#fullAt - this.#burst * this.#intervalMs;
    // A block that comes while calls wait holds for them too.
    for (let at = now; at < Math.max(turnAt, this.#blockedUntil); at = this.#now()) {
      await this.#sleep(Math.max(turnAt, this.#blockedUntil) - at, signal);
    }
  }

  /**
   * Tells of an answer.
   *
   * @param retryAfter the header's value: seconds, or an HTTP date (RFC 9110, section 10.2.3)
   * @param code of the problem: a 429 of one card or one kind of operation holds no other call up
   */
  heed(status: number, retryAfter: string | null, code = 'RATE_LIMITED'): void {
    if (status !== 503 && (status !== 429 || code !== 'RATE_LIMITED')) return;
    if (retryAfter === null) return;
    const milliseconds = /^\d+$/.test(retryAfter)
      ? Number(retryAfter) * 1_000
      : Date.parse(retryAfter) - Date.now();
    if (milliseconds > 0) this.#blockedUntil = Math.max(this.#blockedUntil, this.#now() + milliseconds);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
