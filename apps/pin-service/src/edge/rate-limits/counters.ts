import { limitReached, type LimitName, type PinwardError } from '#libs/errors';

/** How often something happened in the current window. */
export interface Count {
  readonly hits: number;
  /** Until the window ends, milliseconds. */
  readonly leftMs: number;
}

export interface Taken {
  /** False at the limit: nothing was counted. */
  readonly taken: boolean;
  /** Until the window ends, milliseconds. */
  readonly leftMs: number;
}

/**
 * Counts in windows of a minute that begin with their first hit. A fixed window lets through at most twice the limit in
 * any minute. It costs one number a key, and its sum over several replicas is exact.
 */
export abstract class Counters {
  abstract hit(key: string): Promise<Count>;

  /** Counts, unless the window has `limit` hits already: looking and counting are one step. */
  abstract take(key: string, limit: number): Promise<Taken>;

  /** Takes one hit of the current window back; never below none. */
  abstract giveBack(key: string): Promise<void>;

  /**
   * Why the replicas do not share their counts although they should; null while they do, and if it is not configured.
   */
  get apart(): string | null {
    return null;
  }
}

export const WINDOW_MS = 60_000;

export function rateLimited(leftMs: number, limit: LimitName): PinwardError {
  return limitReached(limit, Math.max(1, Math.ceil(leftMs / 1_000)));
}
