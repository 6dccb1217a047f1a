import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The policy that protects cards and power, one for all services: each change is a row, the newest holds. And what
 * operators have stopped for now: a client, a card, one operation or everything, of a tenant or of all (`*`).
 *
 * deployment_policy stays, for services of the version before; these write there, never here.
 */
const POLICIES_AND_BRAKES = `
CREATE TABLE policies (
  version     integer PRIMARY KEY CHECK (version > 0),
  content     jsonb NOT NULL,
  set_by      text NOT NULL,
  set_through text NOT NULL,
  reason      text NOT NULL,
  set_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE brakes (
  tenant_id      text NOT NULL,
  brake_id       uuid NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('client', 'card', 'operation', 'everything')),
  target         text NOT NULL CHECK ((target = '*') = (kind = 'everything')),
  reason         text NOT NULL,
  pulled_by      text NOT NULL,
  pulled_through text NOT NULL,
  pulled_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, brake_id),
  UNIQUE (tenant_id, kind, target)
);

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (
  kind IN ('client-create', 'client-rotate-secret', 'webhook-create', 'webhook-rotate-secret', 'key-abandon', 'policy-change', 'brake-release'));
`;

export class PoliciesAndBrakes1796040000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(POLICIES_AND_BRAKES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from policies-and-brakes'));
  }
}
