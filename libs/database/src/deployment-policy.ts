import type { EntityManager } from 'typeorm';

/** What the services of this database decide by, and the command line with them. */
export interface DeploymentPolicy {
  /** Persons that it takes to unlock a card or to make power; the column keeps the name it had for unlocks. */
  readonly approvals: number;
  readonly maxTries: number;
  readonly maxFailuresWithoutSuccess: number;
}

/** Each service does at its start: the newest counts. */
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
