import { PLATFORM_TIMING, type Timing } from '../timing.js';

export interface RateLimitOptions extends Partial<Pick<Timing, 'now' | 'sleep'>> {
  /** Calls a second in the long run. Default: as many as come; only the service's pauses are kept then. */
  readonly perSecond?: number;
  /** Calls that may go out at once after a pause. Default: as many as a second allows, at least 1. */
  readonly burst?: number;
}

/** What a 429 says about itself. */
export interface Refused {
  readonly status: number;
  /** Member `limit` of the problem (docs/rate-limits.md). */
  readonly limit: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

/**
 * The limits that concern every call of the client. All others are of one card, one kind of operation, one person or of
 * requests for tokens, and waiting with everything would let one cardholder stop the whole backend.
 */
const OF_THE_CLIENT: readonly (string | undefined)[] = ['client-requests', 'address-requests'];

/**
 * Keeps a caller below the rate that was agreed for its client, so that the service need not refuse it: a token bucket,
 * first come, first served. When the service has refused the client itself, no call goes before its Retry-After is over.
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #burstMs: number;
  readonly #now: Timing['now'];
  readonly #sleep: Timing['sleep'];
  /** When the bucket would be full: as a time it needs no refilling. */
  #fullAt = -Infinity;
  #pausedUntil = -Infinity;

  constructor(options: RateLimitOptions = {}) {
    const { perSecond = Infinity, burst = Math.max(1, perSecond), now, sleep } = options;
    if (!(perSecond > 0) || !(burst >= 1)) throw new RangeError('a rate above 0 and a burst of 1 or more');
    this.#intervalMs = 1_000 / perSecond;
    this.#burstMs = perSecond === Infinity ? 0 : burst * this.#intervalMs;
    this.#now = now ?? PLATFORM_TIMING.now;
    this.#sleep = sleep ?? PLATFORM_TIMING.sleep;
  }

  /** Milliseconds until the pause that the service asked for is over; 0 when there is none. */
  get pauseMs(): number {
    return Math.max(0, this.#pausedUntil - this.#now());
  }

  /** Resolves when it is the caller's turn. @throws the signal's reason when it is aborted before */
  async turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const now = this.#now();
    this.#fullAt = Math.max(this.#fullAt, now) + this.#intervalMs;
    const turnAt = this.#fullAt - this.#burstMs;
    // A pause that comes while calls wait holds for them too.
    for (let at = now; at < Math.max(turnAt, this.#pausedUntil); at = this.#now()) {
      await this.#sleep(Math.max(turnAt, this.#pausedUntil) - at, signal);
    }
  }

  /** Tells of an answer; only the refusal of a limit of the client itself begins a pause. */
  heed({ status, limit, retryAfterSeconds }: Refused): void {
    if (status !== 429 || retryAfterSeconds === undefined || !OF_THE_CLIENT.includes(limit)) return;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + retryAfterSeconds * 1_000);
  }
}
