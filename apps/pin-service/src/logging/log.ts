import { write, writeSync } from 'node:fs';
import { pino, type DestinationStream, type Logger } from 'pino';
import { logRecord, type LogFields, type LogLevel } from './log-record.js';

/** Writes lines of JSON (docs/logging.md). */
export class Log {
  readonly #pino: Logger;
  readonly #writer: LineWriter | null;

  /** @param destination standard output unless a test looks on */
  constructor(level: LogLevel, destination?: DestinationStream) {
    const options = {
      level,
      // Neither process id nor host name: whoever collects the lines knows where they come from.
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      // What pino would do for members of these names; errors never get here as they are.
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
 * Lines of the last moments are written when the process ends. One that is killed may lose a few milliseconds of them, one
 * whose target is full what did not fit; the audit trail is elsewhere.
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

/** What may wait while the target is slow, characters: some seconds of a busy service. */
const WAITING_AT_MOST = 4 * 1024 * 1024;
/** A target that took nothing for so long is not waited for when the process ends. */
const STUCK_MS = 1_000;
const AGAIN_MS = 100;

/**
 * Writes lines to a file descriptor, together those that come together. A target that takes nothing more (a full disk, a
 * reader that has stopped) costs lines, which are counted and told of once it takes some again; it never costs the
 * service anything: nothing waits for it, and memory is bounded.
 */
export class LineWriter implements DestinationStream {
  #waiting: string[] = [];
  #length = 0;
  #scheduled = false;
  #writingSince: number | null = null;
  #lost = 0;
  #untold = 0;

  /**
   * @param lostLine the line that tells how many were lost
   */
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
    // The end of the process would wait for a write that never ends (libuv joins its threads); a signal does not.
    if (isStuck) return endBySignal();
    if (this.#waiting.length === 0) return;
    try {
      writeSync(this.descriptor, this.take().text);
    } catch {
      // It takes nothing, and nobody is left to be told.
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
