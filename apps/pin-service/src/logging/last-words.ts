import type { Log } from './log.js';
import { errorFields } from './log-record.js';

/** Warnings of Node.js itself, which it would print as text. */
export function logWarnings(log: Log): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) =>
    log.write('warn', { message: 'Node.js warns', ...errorFields(warning) }),
  );
}

/** An uncaught fault ends the process, after one line that quotes nothing. */
export function logLastWords(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (fault: unknown) => {
      log.write('fatal', { message: event, ...errorFields(fault) });
      process.exit(1);
    });
  }
}
