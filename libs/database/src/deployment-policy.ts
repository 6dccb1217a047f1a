import type { EntityManager } from 'typeorm';

/** The rules by which the services of this database decide, and the command line with them. */
export interface DeploymentPolicy {
  /** How many persons it takes to unlock a card or to make power. The column still has its name for unlocks. */
  readonly approvals: number;
  readonly maxTries: number;
  readonly maxFailuresWithoutSuccess: number;
}

/** Each service calls it at its start; the newest record counts. */
export async function recordDeploymentPolicy(
  manager: EntityManager,
  policy: DeploymentPolicy,
): Promise<void> {
  await manager.query(
    `INSERT INTO deployment_policy (unlock_approvals, pin_max_tries, pin_max_failures)
     VALUES ($1, $2, $3)
     ON CONFLICT (only_one) DO UPDATE
       SET unlock_approvals = excluded.unlock_approvals, pin_max_tries = excluded.pin_max_tries,
           pin_max_failures = excluded.pin_max_failures,
           recorded_at = clock_timestamp()`,
    [policy.approvals, policy.maxTries, policy.maxFailuresWithoutSuccess],
  );
}

/** @returns null while no service has started on this database */
export async function readDeploymentPolicy(manager: EntityManager): Promise<DeploymentPolicy | null> {
  const [policy] = await manager.query<DeploymentPolicy[]>(
    `SELECT unlock_approvals AS "approvals", pin_max_tries AS "maxTries",
            pin_max_failures AS "maxFailuresWithoutSuccess"
       FROM deployment_policy`,
  );
  return policy ?? null;
}
