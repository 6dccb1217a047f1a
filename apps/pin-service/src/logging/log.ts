import { pino, type DestinationStream, type Logger } from 'pino';
import { logRecord, type LogFields } from './log-record.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes lines of JSON (docs/logging.md). */
export class Log {
  readonly #pino: Logger;

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
    this.#pino = pino(options, destination ?? standardOutput());
  }

  write(level: LogLevel, fields: LogFields): void {
    this.#pino[level](logRecord(fields));
  }
}

/**
 * Lines that come while others are being written go together, as one write; those of the last moments are written when
 * the process ends. Only a process that is killed may lose a few milliseconds of them; the audit trail is elsewhere.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ fd: process.stdout.fd, sync: false });
}
