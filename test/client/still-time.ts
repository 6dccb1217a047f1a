import type { Timing } from '#libs/client/backend';

/** Of the calls under test; all other waits are between attempts. */
export const LIMITS = { timeoutMs: 30_000, attemptTimeoutMs: 10_000 };

/** Time that passes only while a caller waits, and at once then. Limits of time end when the test says so. */
export class StillTime implements Timing {
  /** How long callers have waited, milliseconds, one after the other. */
  readonly waits: number[] = [];
  chance = 0;
  #now = 0;
  #limits: { readonly milliseconds: number; readonly over: () => void }[] = [];

  readonly now = () => this.#now;
  readonly random = () => this.chance;
  readonly sleep = async (milliseconds: number, signal: AbortSignal | undefined): Promise<void> => {
    if (Object.values(LIMITS).includes(milliseconds)) {
      await new Promise<void>((over) => void this.#limits.push({ milliseconds, over }));
    } else {
      this.waits.push(milliseconds);
      this.#now += milliseconds;
    }
    signal?.throwIfAborted();
  };

  /** The limits of this length that are running are over. */
  end(limit: keyof typeof LIMITS): void {
    const ended = this.#limits.filter(({ milliseconds }) => milliseconds === LIMITS[limit]);
    this.#limits = this.#limits.filter((running) => !ended.includes(running));
    for (const { over } of ended) over();
  }
}
