import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '#libs/program-files';
import { errorFields, type LogLevel } from './log-record.js';
import type { Log } from './log.js';

/** Of package.json. */
export const VERSION = versionOf(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));

/** The messages of the process about its own start and end: lines of the log, or plain text in development. */
export class Spoken {
  constructor(
    private readonly log: Log,
    private readonly format: 'json' | 'text',
  ) {}

  say(level: Extract<LogLevel, 'info' | 'error' | 'fatal'>, message: string): void {
    if (this.format === 'json') this.log.write(level, { message, version: VERSION });
    else if (level === 'info') console.log(message);
    else console.error(message);
  }

  /** A fault in our own words, with its class, code and place. */
  sayFault(message: string, fault: unknown): void {
    const fields = { message, ...errorFields(fault) };
    if (this.format === 'json') this.log.write('fatal', { ...fields, version: VERSION });
    else console.error(fields);
  }
}

function versionOf(manifest: string): string {
  const { version } = JSON.parse(manifest) as { readonly version?: string };
  return version ?? 'unknown';
}
