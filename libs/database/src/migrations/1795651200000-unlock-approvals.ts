import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Unlocks that wait for a second person: one a card at a time, for 24 hours of the database's clock. */
const APPROVAL_TABLE = `
CREATE TABLE unlock_approvals (
  tenant_id     text NOT NULL,
  approval_id   uuid NOT NULL,
  card_id       uuid NOT NULL,
  card_event_no bigint NOT NULL,
  status        text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'lapsed')),
  reason        text NOT NULL,
  requested_by  text NOT NULL,
  requested_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours',
  decided_by    text,
  decided_at    timestamptz,
  PRIMARY KEY (tenant_id, approval_id)
);
CREATE UNIQUE INDEX unlock_approvals_one_pending ON unlock_approvals (tenant_id, card_id) WHERE status = 'pending';
`;

export class UnlockApprovals1795651200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(APPROVAL_TABLE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from unlock-approvals'));
  }
}
