import type { DataSource } from 'typeorm';
import { readDeploymentPolicy } from '#libs/database';
import { readPolicy, type Policy } from '#libs/policy';

type Known = Pick<Policy, 'approvals' | 'pinMaxTries' | 'pinMaxFailuresWithoutSuccess'> & Partial<Policy>;

/**
 * The policy of the database, whatever this environment says; of a database where no service of this version has
 * started yet, what the version before has recorded.
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

/** 1 before any service has started: no second person exists yet. */
export async function approvalsOf(dataSource: DataSource): Promise<number> {
  return (await policyOf(dataSource))?.approvals ?? 1;
}
