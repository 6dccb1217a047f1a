import { randomUUID } from 'node:crypto';
import type { AuditLine } from '#libs/database';
import { SecretText } from '#libs/secret-text';
import type { Settings } from '../config/schema.js';
import type { CallLines } from './call-lines.js';

/** With which configuration this process serves: every setting but the secret ones. No line, no start. */
export async function recordStart(lines: CallLines, settings: Settings): Promise<void> {
  await lines.appendOwn({
    ...{ action: 'service.start', result: 'started', requestId: randomUUID() },
    details: openSettings(settings),
  });
}

function openSettings(settings: Settings): NonNullable<AuditLine['details']> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined || value instanceof SecretText ? [] : [[name, value]],
    ),
  );
}
