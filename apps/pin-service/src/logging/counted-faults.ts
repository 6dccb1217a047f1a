import type { LogFields, LogLevel } from './log-record.js';
import { errorFields } from './log-record.js';
import type { Log } from './log.js';

const WINDOW_MS = 60_000;
const COUNTS_EVERY_MS = 5_000;
/** So many causes are logged one by one; further ones in the same minute are counted together. */
const CAUSES_AT_MOST = 200;

const AGAIN = 'the same fault again, within a minute of the first';
const OTHERS: LogFields = { message: 'faults of further causes, too many to be told one by one' };

interface Window {
  readonly since: number;
  readonly level: LogLevel;
  /** The fields that its faults share. */
  readonly same: LogFields;
  /** Besides the first, which was logged. */
  further: number;
}

/**
 * Faults that come by the thousand while something is wrong. Each cause is logged at once, and then once a minute with
 * its count. The access log still names each request.
 */
export class CountedFaults {
  readonly #windows = new Map<string, Window>();

  constructor(
    private readonly log: Pick<Log, 'write'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Logs its counts by itself. */
  static telling(log: Log): CountedFaults {
    const faults = new CountedFaults(log);
    setInterval(() => faults.tellCounts(), COUNTS_EVERY_MS).unref();
    return faults;
  }

  /** With its place in the code. */
  tell(error: Error & { readonly code?: string }, fields: Pick<LogFields, 'requestId'> = {}): void {
    const told = errorFields(error);
    const code = error.code ?? error.name;
    const same = { code, ...(told.cause === undefined ? {} : { cause: told.cause }) };
    this.tellOf('error', same, { ...fields, ...told });
  }

  /**
   * @param same fields that make two faults the same; they are logged again with the count
   * @param more fields of the first one
   */
  tellOf(level: LogLevel, same: LogFields, more: LogFields = {}): void {
    const key = JSON.stringify(same);
    const window = this.#windows.get(key);
    if (window !== undefined && this.now() - window.since < WINDOW_MS) {
      window.further += 1;
      return;
    }
    if (window !== undefined) this.end(key, window);
    if (same !== OTHERS && this.#windows.size >= CAUSES_AT_MOST) return this.tellOf(level, OTHERS);
    this.log.write(level, { ...more, ...same });
    this.#windows.set(key, { since: this.now(), level, same, further: 0 });
  }

  /** Called at intervals: logs the counts of windows that have ended, even if no fault comes any more. */
  tellCounts(): void {
    for (const [key, window] of this.#windows)
      if (this.now() - window.since >= WINDOW_MS) this.end(key, window);
  }

  private end(key: string, { level, same, further }: Window): void {
    this.#windows.delete(key);
    if (further === 0) return;
    const message = same.message === undefined ? AGAIN : `${same.message}: ${AGAIN}`;
    this.log.write(level, { ...same, message, count: further });
  }
}
