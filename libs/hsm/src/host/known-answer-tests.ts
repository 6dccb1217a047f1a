import type { HostSupervisor } from './host-supervisor.js';

const INTERVAL_MS = 30_000;

/**
 * Repeats the known-answer test. A failure makes the supervisor replace the host, and the next host's start-up runs the
 * test again.
 */
export class KnownAnswerTests {
  readonly #timer: NodeJS.Timeout;
  /** The last test that passed, and its host: each host's start-up checks are a test as well. */
  #passed: { readonly host: Date; readonly at: Date } | null = null;
  /** Why the last test of that host failed. */
  #failed: { readonly host: Date; readonly cause: string } | null = null;

  constructor(
    private readonly supervisor: Pick<HostSupervisor, 'startedAt'>,
    private readonly test: () => Promise<void>,
  ) {
    this.#timer = setInterval(() => void this.run(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Compared by host and not by time: the clock may have been set back. */
  get passedAt(): Date {
    const { startedAt } = this.supervisor;
    return this.#passed?.host === startedAt ? this.#passed.at : startedAt;
  }

  /** For the present host; null if its last test has passed. */
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
      // The health report shows it, with the old time of the last test.
      this.#failed = { host, cause: fault instanceof Error ? fault.message : 'unknown' };
    }
  }
}
