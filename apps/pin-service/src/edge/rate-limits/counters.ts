/** How often something happened in the current window. */
export interface Count {
  readonly hits: number;
  /** Until the window ends, milliseconds. */
  readonly leftMs: number;
}

/**
 * Counts in windows of a minute that begin with their first hit. A fixed window lets at most twice the limit through
 * in any minute, costs one number a key, and its sum over several replicas is exact.
 */
export abstract class Counters {
  /** @param by 0 only looks */
  abstract hit(key: string, by?: number): Promise<Count>;
}

export const WINDOW_MS = 60_000;
