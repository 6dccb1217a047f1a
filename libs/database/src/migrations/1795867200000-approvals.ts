import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What takes two persons besides unlocks, which keep their table: the version before goes on writing there while both
 * run. content is JSON as text, since the approver is shown what was asked for as it was asked for; nothing secret.
 */
const APPROVALS = `
CREATE TABLE approvals (
  tenant_id         text NOT NULL REFERENCES tenants,
  approval_id       uuid NOT NULL,
  kind              text NOT NULL CHECK (kind IN ('client-create', 'client-rotate-secret', 'webhook-create')),
  status            text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
  content           text NOT NULL,
  reason            text,
  requested_by      text NOT NULL,
  requested_through text NOT NULL,
  requested_issuer  text,
  requested_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at        timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours',
  decided_by        text,
  decided_through   text,
  decided_at        timestamptz,
  collected_at      timestamptz,
  PRIMARY KEY (tenant_id, approval_id),
  CHECK (collected_at IS NULL OR status = 'approved')
);
CREATE INDEX approvals_pending ON approvals (tenant_id, requested_by) WHERE status = 'pending';
`;

export class Approvals1795867200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(APPROVALS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from approvals'));
  }
}
