import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';
import { establishPolicy, POLICY_MEMBERS, policyValue, type PolicyVersion } from '#libs/policy';
import { appendAudit, type AuditLine } from '#libs/requests';
import { SecretText } from '#libs/secret-text';
import type { Settings } from '../config/schema.js';
import type { PolicyInForce } from '../policy/policy-in-force.js';
import { ownLine } from './call-lines.js';

/**
 * Records the configuration of this process: every setting except secret ones, and the policy in force, which is
 * written if there is none yet. No line, no start.
 *
 * @throws PolicyRefused
 */
export async function recordStart(
  dataSource: DataSource,
  settings: Settings,
  inForce: PolicyInForce,
): Promise<PolicyVersion> {
  const { given, opened } = inForce;
  const line = ownLine({
    action: 'service.start',
    result: 'started',
    requestId: randomUUID(),
    details: {
      ...openSettings(settings),
      policy: Object.fromEntries(POLICY_MEMBERS.map((member) => [member, policyValue(opened, member)])),
      policyDifferences: inForce.differences().map(({ words }) => words),
    },
  });
  return await inTransaction(dataSource, async (manager) => {
    const version = await establishPolicy(manager, line, { given, opened });
    await appendAudit(manager, [line]);
    return version;
  });
}

function openSettings(settings: Settings): NonNullable<AuditLine['details']> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined || value instanceof SecretText ? [] : [[name, value]],
    ),
  );
}
