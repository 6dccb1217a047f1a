import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';
import { errorFields, type LogLevel } from './log-record.js';

/**
 * Log calls of Nest and of our own Logger instances. They pass a text, an error or an object, then perhaps a stack, and
 * last the context. Only text, class names and places in the code are written, and no text with an error's own message.
 */
export class FrameworkLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    // Nest logs every module and route that it finds.
    this.write(isFrameworks(rest) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: readonly unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: readonly unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: readonly unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    const context = contextOf(rest);
    const error = [message, ...rest].find((part) => part instanceof Error);
    // An error may have no message, such as several refused connections in one; every text would contain that.
    const quoted = error !== undefined && error.message !== '' ? error.message : null;
    const told = typeof message === 'string' && (quoted === null || !message.includes(quoted));
    this.target.write(level, {
      ...(told ? { message } : {}),
      ...(context === undefined ? {} : { context }),
      ...(error === undefined ? {} : errorFields(error)),
    });
  }
}

const FRAMEWORK = /^(Nest|Instance|Router|Routes|Module)/;

function isFrameworks(rest: readonly unknown[]): boolean {
  return FRAMEWORK.test(contextOf(rest) ?? '');
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' && /^\w{1,60}$/.test(last) ? last : undefined;
}
