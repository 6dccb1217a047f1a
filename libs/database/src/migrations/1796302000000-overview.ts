import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the overview asks. What happened by the hour (docs/adr/0058): one row for each tenant, hour (UTC) and kind of which there was one. How far the
 * trail is counted for it is in `alarm_detection`, whose lock it shares: lines before `activity_next_leaf` are counted, and
 * `activity_from` is the first hour of which all lines are. Deliveries of a tenant that wait, and those that were given up, are
 * found without those that arrived.
 */
const OVERVIEW = `
ALTER TABLE alarm_detection
  ADD COLUMN activity_next_leaf bigint,
  ADD COLUMN activity_from timestamptz,
  ADD CONSTRAINT alarm_detection_activity_check CHECK ((activity_next_leaf IS NULL) = (activity_from IS NULL));

CREATE TABLE activity_hours (
  tenant_id text NOT NULL,
  hour      timestamptz NOT NULL CHECK (extract(epoch FROM hour)::bigint % 3600 = 0),
  kind      text NOT NULL,
  count     bigint NOT NULL CHECK (count > 0),
  PRIMARY KEY (tenant_id, hour, kind)
);
CREATE INDEX activity_hours_hour ON activity_hours (hour);

CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (tenant_id, created_at) INCLUDE (type) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (tenant_id, ended_at) WHERE status = 'dead';
`;

export class Overview1796302000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(OVERVIEW);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from the overview'));
  }
}
