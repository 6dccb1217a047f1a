import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Alarms of guessing (docs/alarms.md). `alarm_detection` has one row: how far the audit trail was counted. Its lock is held
 * while lines are counted, so each line is counted once. Without `next_leaf` the past is learned anew. `alarm_series` has
 * one row for each tenant, client, kind and length of window: the window that is being counted, the one before, and the
 * usual count. An empty `client_id`, which no client has, is the tenant as a whole. `alarms` has at most one open alarm
 * for each tenant, client and kind.
 *
 * They refer to no other table: a line of a tenant or client that only an OpenID provider knows must not stop the counting.
 */
const ALARMS = `
CREATE TABLE alarm_detection (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_leaf    bigint,
  learned_from timestamptz,
  learned_to   timestamptz,
  counted_to   timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((next_leaf IS NULL) = (learned_from IS NULL) AND (next_leaf IS NULL) = (learned_to IS NULL)),
  CHECK (learned_from < learned_to)
);
INSERT INTO alarm_detection DEFAULT VALUES;

CREATE TABLE alarm_series (
  tenant_id      text NOT NULL,
  client_id      text NOT NULL,
  kind           text NOT NULL,
  window_seconds integer NOT NULL CHECK (window_seconds > 0),
  window_start   timestamptz NOT NULL,
  count          bigint NOT NULL CHECK (count >= 0),
  count_before   bigint NOT NULL CHECK (count_before >= 0),
  usual          double precision NOT NULL CHECK (usual >= 0),
  PRIMARY KEY (tenant_id, client_id, kind, window_seconds)
);

CREATE TABLE alarms (
  tenant_id      text NOT NULL,
  alarm_id       uuid NOT NULL,
  client_id      text NOT NULL,
  kind           text NOT NULL,
  window_seconds integer NOT NULL,
  since          timestamptz NOT NULL,
  count          bigint NOT NULL,
  usual          double precision NOT NULL,
  limit_count    bigint NOT NULL,
  last_over_at   timestamptz NOT NULL,
  raised_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  brake_id       uuid,
  PRIMARY KEY (tenant_id, alarm_id),
  CHECK (client_id <> '' OR brake_id IS NULL)
);
CREATE UNIQUE INDEX alarms_open ON alarms (tenant_id, client_id, kind) WHERE ended_at IS NULL;
CREATE INDEX alarms_ended ON alarms (ended_at);

ALTER TABLE brakes DROP CONSTRAINT brakes_kind_check;
ALTER TABLE brakes ADD CONSTRAINT brakes_kind_check CHECK (
  kind IN ('client', 'client-pins', 'card', 'operation', 'everything'));
`;

export class Alarms1796253000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ALARMS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from alarms'));
  }
}
