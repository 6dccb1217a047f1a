import type { LogFields } from './log-record.js';
import { errorFields } from './log-record.js';
import type { Log } from './log.js';

const WINDOW_MS = 60_000;
/** Codes and causes are closed sets; should one not be, it is told each time and not remembered. */
const CAUSES_AT_MOST = 200;

interface Window {
  readonly since: number;
  /** Besides the first, which was told. */
  further: number;
}

/**
 * Faults that come with every request while something is wrong: each cause is told at once, with its place in the code,
 * and then once a minute with how often it came. The access log still names each request.
 */
export class CountedFaults {
  readonly #windows = new Map<string, Window>();

  constructor(
    private readonly log: Pick<Log, 'write'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  tell(error: Error & { readonly code?: string }, fields: Pick<LogFields, 'requestId'> = {}): void {
    const told = errorFields(error);
    const code = error.code ?? error.name;
    const key = `${code} ${told.cause ?? ''}`;
    const window = this.#windows.get(key);
    if (window !== undefined && this.now() - window.since < WINDOW_MS) {
      window.further += 1;
      return;
    }
    if (window !== undefined) this.end(key, window);
    this.log.write('error', { ...fields, ...told, code });
    if (this.#windows.size < CAUSES_AT_MOST) this.#windows.set(key, { since: this.now(), further: 0 });
  }

  /** Called now and then: what came in windows that are over, also when nothing comes any more. */
  tellCounts(): void {
    for (const [key, window] of this.#windows)
      if (this.now() - window.since >= WINDOW_MS) this.end(key, window);
  }

  private end(key: string, { further }: Window): void {
    this.#windows.delete(key);
    if (further === 0) return;
    const [code = '', cause = ''] = key.split(/ (.*)/s);
    const message = 'the same fault again, within a minute of the first';
    this.log.write('error', { message, code, ...(cause === '' ? {} : { cause }), count: further });
  }
}
