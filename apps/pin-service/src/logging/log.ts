import { pino, type DestinationStream, type Logger } from 'pino';
import { LineWriter } from './line-writer.js';
import { logRecord, type LogFields } from './log-record.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

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
  const writer = new LineWriter(process.stdout.fd, lostLine);
  process.on('exit', () => writer.finish());
  return writer;
}

function lostLine(lines: number): string {
  const record = { level: 'error', time: new Date().toISOString(), context: 'Log' };
  return `${JSON.stringify({ ...record, message: `${lines} lines were lost: the target took none` })}\n`;
}
