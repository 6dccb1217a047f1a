import type { DataSource } from 'typeorm';
import { readDeploymentPolicy } from '#libs/database';
import { readPolicy, type Policy } from '#libs/policy';
import { Refused } from './terminal/refused.js';

export type Known = Pick<Policy, 'approvals' | 'pinMaxTries' | 'pinMaxFailuresWithoutSuccess'> &
  Partial<Policy>;

/**
 * The policy of the database, whatever this environment says. If no service of this version has started yet: what the
 * previous version recorded.
 */
export async function policyOf({ manager }: DataSource): Promise<Known | null> {
  const found = await readPolicy(manager);
  if (found !== null) return found.policy;
  const earlier = await readDeploymentPolicy(manager);
  if (earlier === null) return null;
  const {
    approvals,
    maxTries: pinMaxTries,
    maxFailuresWithoutSuccess: pinMaxFailuresWithoutSuccess,
  } = earlier;
  return { approvals, pinMaxTries, pinMaxFailuresWithoutSuccess };
}

/** The same. @throws Refused before any service has started */
export async function recordedPolicy(dataSource: DataSource): Promise<Known> {
  const policy = await policyOf(dataSource);
  if (policy === null)
    throw new Refused('no service has recorded its PIN policy in this database: start the service first');
  return policy;
}

/**
 * The policy, if one person may do this. It grants guesses, and a login of this machine cannot be compared with the
 * person of a token, so two persons can be told apart only over REST.
 *
 * @param what "an unlock"
 * @param path of the call that asks
 * @throws Refused under dual control
 */
export async function policyForOne(dataSource: DataSource, what: string, path: string): Promise<Known> {
  const policy = await recordedPolicy(dataSource);
  if (policy.approvals === 1) return policy;
  throw new Refused(
    `${what} takes two persons here (APPROVALS of the policy), told apart by their access tokens: one asks ` +
      `with POST ${path}, another approves with POST /v1/admin/approvals/{approvalId}/approve`,
  );
}

/** 1 before any service has started: no second person exists yet. */
export async function approvalsOf(dataSource: DataSource): Promise<number> {
  return (await policyOf(dataSource))?.approvals ?? 1;
}
