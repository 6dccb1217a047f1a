import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { appendAudit, inTransaction, recordDeploymentPolicy, type AuditLine } from '#libs/database';
import { SecretText } from '#libs/secret-text';
import { approvalsOf } from '../config/approvals.js';
import type { Settings } from '../config/schema.js';
import { ownLine } from './call-lines.js';

/**
 * With which configuration this process serves: every setting but the secret ones, and with it the policy that the
 * command line goes by. No line, no start.
 */
export async function recordStart(dataSource: DataSource, settings: Settings): Promise<void> {
  const line = ownLine({
    ...{ action: 'service.start', result: 'started', requestId: randomUUID() },
    details: openSettings(settings),
  });
  await inTransaction(dataSource, async (manager) => {
    await appendAudit(manager, [line]);
    await recordDeploymentPolicy(manager, {
      approvals: approvalsOf(settings),
      maxTries: settings.PIN_MAX_TRIES,
      maxFailuresWithoutSuccess: settings.PIN_MAX_FAILURES_WITHOUT_SUCCESS,
    });
  });
}

function openSettings(settings: Settings): NonNullable<AuditLine['details']> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined || value instanceof SecretText ? [] : [[name, value]],
    ),
  );
}
