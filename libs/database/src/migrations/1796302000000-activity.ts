import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What happened by the hour (docs/adr/0058): one row for each tenant, hour (UTC) and kind of which there was one. How far the
 * trail is counted for it is in `alarm_detection`, whose lock it shares: lines before `activity_next_leaf` are counted, and
 * `activity_from` is the first hour of which all lines are.
 */
const ACTIVITY = `
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
`;

export class Activity1796302000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ACTIVITY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from activity'));
  }
}
