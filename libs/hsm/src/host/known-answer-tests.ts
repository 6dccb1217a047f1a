import type { HostSupervisor } from './host-supervisor.js';

const INTERVAL_MS = 30_000;

/**
 * Repeats the known-answer test. A failing one has the host replaced by what it answers; the next host's start-up runs the
 * test again.
 */
export class KnownAnswerTests {
  readonly #timer: NodeJS.Timeout;
  /** The last test that passed, and which host it was of: each one's start-up checks are a test as well. */
  #passed: { readonly host: Date; readonly at: Date } | null = null;
  /** Why the last test of that host did not pass. */
  #failed: { readonly host: Date; readonly cause: string } | null = null;

  constructor(
    private readonly supervisor: Pick<HostSupervisor, 'startedAt'>,
    private readonly test: () => Promise<void>,
  ) {
    this.#timer = setInterval(() => void this.run(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** By host, not by the later of two times: the clock may have been set back. */
  get passedAt(): Date {
    const { startedAt } = this.supervisor;
    return this.#passed?.host === startedAt ? this.#passed.at : startedAt;
  }

  /** Of the host that there is; null where its last test has passed. */
  get failure(): string | null {
    return this.#failed?.host === this.supervisor.startedAt
      ? `the known-answer test: ${this.#failed.cause}`
      : null;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  private async run(): Promise<void> {
    const { startedAt: host } = this.supervisor;
    try {
      await this.test();
      this.#passed = { host, at: new Date() };
      this.#failed = null;
    } catch (fault) {
      // Health shows it, with an old time of the last test.
      this.#failed = { host, cause: fault instanceof Error ? fault.message : 'unknown' };
    }
  }
}
