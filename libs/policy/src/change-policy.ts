import type { EntityManager } from 'typeorm';
import { recordDeploymentPolicy } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import { appendAudit, NO_TENANT, type AuditLine } from '#libs/requests';
import { policyChanges } from './compare-policy.js';
import { policySchema, type Policy, type PolicyChanges, type PolicyVersion } from './policy.js';
import { readPolicy } from './read-policy.js';

export type PolicyActor = Pick<
  AuditLine,
  'tenantId' | 'clientId' | 'subject' | 'sourceAddress' | 'requestId'
>;

export interface PolicyChange {
  readonly changes: PolicyChanges;
  readonly reason: string;
  /** For the audit line, if it took two persons. */
  readonly approval?: Readonly<Record<string, string>>;
}

/** Versions are made one after the other, even by services that start at once. */
export async function lockPolicy(manager: EntityManager): Promise<void> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('pinward policy', 0))");
}

/**
 * The result of a change.
 *
 * @throws PinwardError REQUEST_INVALID for an impossible policy, and for one that changes nothing
 */
export async function checkPolicyChange(
  manager: EntityManager,
  changes: PolicyChanges,
): Promise<{ readonly before: PolicyVersion; readonly after: Policy }> {
  const before = await readPolicy(manager);
  if (before === null)
    throw new PinwardError('INTERNAL', {}, { cause: new Error('the database holds no policy') });
  const parsed = policySchema.safeParse({ ...before.policy, ...definedIn(changes) });
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({
      pointer: `/${path.join('/')}`,
      detail: message,
    }));
    throw new PinwardError('REQUEST_INVALID', { errors });
  }
  if (Object.keys(policyChanges(before.policy, parsed.data)).length === 0)
    throw new PinwardError('REQUEST_INVALID', {
      errors: [{ pointer: '', detail: 'changes nothing: the policy is like that already' }],
    });
  return { before, after: parsed.data };
}

/** Makes the next version, within the caller's transaction. @throws PinwardError as checkPolicyChange does */
export async function changePolicy(
  manager: EntityManager,
  actor: PolicyActor,
  { changes, reason: given, approval = {} }: PolicyChange,
): Promise<PolicyVersion> {
  const reason = maskPanLike(given);
  await lockPolicy(manager);
  const { before, after } = await checkPolicyChange(manager, changes);
  const version = before.version + 1;
  const details = { version, reason, changes: policyChanges(before.policy, after), ...approval };
  return await insertPolicy(manager, actor, { version, policy: after, reason, details });
}

/** @param details.version the one after the newest; two of the same are a conflict */
export async function insertPolicy(
  manager: EntityManager,
  actor: PolicyActor,
  { version, policy, reason, details }: NewVersion,
): Promise<PolicyVersion> {
  await manager.query(
    `INSERT INTO policies (version, content, set_by, set_through, reason) VALUES ($1, $2, $3, $4, $5)`,
    [version, JSON.stringify(policy), actor.subject, actor.clientId, reason],
  );
  // Services and command lines of the previous version read it there.
  await recordDeploymentPolicy(manager, {
    approvals: policy.approvals,
    maxTries: policy.pinMaxTries,
    maxFailuresWithoutSuccess: policy.pinMaxFailuresWithoutSuccess,
  });
  // The policy is every tenant's, whichever changed it.
  const line = { ...actor, tenantId: NO_TENANT, cardId: null, eventNo: null };
  await appendAudit(manager, [{ ...line, action: 'policy.change', result: 'changed', details }]);
  const made = await readPolicy(manager);
  if (made === null) throw new Error('the version that was written is not there');
  return made;
}

interface NewVersion {
  readonly version: number;
  readonly policy: Policy;
  readonly reason: string;
  readonly details: NonNullable<AuditLine['details']>;
}

function definedIn(changes: PolicyChanges): Partial<Policy> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
