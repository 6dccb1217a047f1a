import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * By which policy unlocks are decided: one row, written by each service at its start, beside the audit line that tells
 * all settings. That line may expire while the service runs; the command line needs the policy all the same.
 */
const DEPLOYMENT_POLICY = `
CREATE TABLE deployment_policy (
  only_one                         boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  unlock_approvals                 integer NOT NULL CHECK (unlock_approvals BETWEEN 1 AND 2),
  pin_max_tries                    integer NOT NULL CHECK (pin_max_tries BETWEEN 1 AND 15),
  pin_max_failures integer NOT NULL CHECK (pin_max_failures >= pin_max_tries),
  recorded_at                      timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

export class DeploymentPolicy1795755600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DEPLOYMENT_POLICY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from deployment-policy'));
  }
}
