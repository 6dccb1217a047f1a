import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each running process says of itself besides its keys; null from one of the version before. */
const REPLICA_REPORTS = `
ALTER TABLE hsm_key_holders
  ADD COLUMN host           text,
  ADD COLUMN version        text,
  ADD COLUMN policy_version integer,
  ADD COLUMN started_at     timestamptz;
`;

export class ReplicaReports1796110000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REPLICA_REPORTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from replica-reports'));
  }
}
