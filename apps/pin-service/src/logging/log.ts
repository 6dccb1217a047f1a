import { write, writeSync } from 'node:fs';
import { pino, type DestinationStream, type Logger } from 'pino';
import { logRecord, type LogFields, type LogLevel } from './log-record.js';

/** Writes lines of JSON (docs/logging.md). */
export class Log {
  readonly #pino: Logger;
  readonly #writer: LineWriter | null;

  /** @param destination standard output; a test gives another one */
  constructor(level: LogLevel, destination?: DestinationStream) {
    const options = {
      level,
      // Neither process id nor host name: the collector of the lines knows where they come from.
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      // Replaces pino's own treatment of members with these names; errors never get here unchanged.
      serializers: {},
    };
    this.#writer = destination === undefined ? standardOutput() : null;
    this.#pino = pino(options, this.#writer ?? destination);
  }

  /** Lines that could not be written, since the start. */
  get lostLines(): number {
    return this.#writer?.lost ?? 0;
  }

  /** From here on. */
  useLevel(level: LogLevel): void {
    this.#pino.level = level;
  }

  write(level: LogLevel, fields: LogFields): void {
    this.#pino[level](logRecord(fields));
  }
}

/**
 * The last lines are written when the process ends. A killed process may lose the lines of a few milliseconds, and one
 * with a full target those that did not fit. The audit trail does not depend on them.
 */
function standardOutput(): LineWriter {
  const writer = new LineWriter(process.stdout.fd, lossLine);
  process.on('exit', () => writer.finish());
  return writer;
}

function lossLine(lines: number): string {
  const record = { level: 'error', time: new Date().toISOString(), context: 'Log' };
  return `${JSON.stringify({ ...record, message: `${lines} lines were lost: the target took none` })}\n`;
}

/** So many characters may wait while the target is slow: some seconds of a busy service. */
const WAITING_AT_MOST = 4 * 1024 * 1024;
/** If the target has taken nothing for so long, the end of the process does not wait for it. */
const STUCK_MS = 1_000;
const AGAIN_MS = 100;

/**
 * Writes lines to a file descriptor, several at once if they come together. A target that takes no more (a full disk, a
 * stopped reader) costs lines. They are counted, and reported when it takes some again. It never costs the service
 * anything: nothing waits for it, and memory is bounded.
 */
export class LineWriter implements DestinationStream {
  #waiting: string[] = [];
  #length = 0;
  #scheduled = false;
  #writingSince: number | null = null;
  #lost = 0;
  #untold = 0;

  /** @param lostLine makes the line with the number of lost ones */
  constructor(
    private readonly descriptor: number,
    private readonly lostLine: (lines: number) => string,
  ) {}

  /** Lines that were never written. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#length + line.length > WAITING_AT_MOST) return this.lose(1);
    this.#waiting.push(line);
    this.#length += line.length;
    this.schedule();
  }

  /** The last lines, when the process ends. */
  finish(): void {
    const isStuck = this.#writingSince !== null && performance.now() - this.#writingSince > STUCK_MS;
    // The end of the process would wait for a write that never ends (libuv joins its threads); a signal does not wait.
    if (isStuck) return endBySignal();
    if (this.#waiting.length === 0) return;
    try {
      writeSync(this.descriptor, this.take().text);
    } catch {
      // It takes nothing, so the loss cannot be reported.
    }
  }

  private schedule(): void {
    if (this.#scheduled || this.#writingSince !== null || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length === 0) return;
      const { text, lines } = this.take();
      this.#writingSince = performance.now();
      this.put(Buffer.from(text), lines);
    });
  }

  private take(): { readonly text: string; readonly lines: number } {
    const lines = this.#waiting.length;
    const text = (this.#untold > 0 ? this.lostLine(this.#untold) : '') + this.#waiting.join('');
    this.#waiting = [];
    this.#length = 0;
    return { text, lines };
  }

  private put(bytes: Buffer, lines: number): void {
    const told = this.#untold;
    write(this.descriptor, bytes, (fault, written) => {
      if (fault?.code === 'EAGAIN') return void setTimeout(() => this.put(bytes, lines), AGAIN_MS).unref();
      if (fault === null && written < bytes.length) return this.put(bytes.subarray(written), lines);
      this.#writingSince = null;
      if (fault === null) this.#untold -= told;
      else this.lose(lines);
      this.schedule();
    });
  }

  private lose(lines: number): void {
    this.#lost += lines;
    this.#untold += lines;
  }
}

function endBySignal(): void {
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
}
