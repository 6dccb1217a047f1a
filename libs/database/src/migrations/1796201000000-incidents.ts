import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An incident: the cards that one bad release has locked, found by a filter, fixed as a snapshot, restored together.
 *
 * `cards_hash` is made when the search ends; what is approved is exactly these cards. `next_step_at` paces the work,
 * which any replica does. A card of the snapshot names the event number that it had when it was found, and the failures
 * that incidents have taken back since its last success, with this one.
 */
const INCIDENTS = `
CREATE TABLE incidents (
  tenant_id      text NOT NULL REFERENCES tenants,
  incident_id    uuid NOT NULL,
  state          text NOT NULL DEFAULT 'searching'
                 CHECK (state IN ('searching', 'previewed', 'running', 'done', 'cancelled', 'lapsed')),
  filter         text NOT NULL,
  reason         text NOT NULL,
  opened_by      text NOT NULL,
  opened_through text NOT NULL,
  opened_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at     timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours',
  searched_until timestamptz NOT NULL,
  search_end     timestamptz NOT NULL,
  cards_hash     hash,
  requested_by   text,
  requested_through text,
  approved_by    text,
  approval_id    uuid,
  started_at     timestamptz,
  next_step_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  waits_for      text CHECK (waits_for IN ('brake', 'audit-trail')),
  ended_by       text,
  ended_at       timestamptz,
  end_reason     text,
  PRIMARY KEY (tenant_id, incident_id),
  CHECK ((state IN ('done', 'cancelled', 'lapsed')) = (ended_at IS NOT NULL)),
  CHECK (state NOT IN ('running', 'done') OR (started_at IS NOT NULL AND requested_by IS NOT NULL AND cards_hash IS NOT NULL))
);
CREATE INDEX incidents_to_do ON incidents (next_step_at) WHERE state IN ('searching', 'running');

CREATE TABLE incident_cards (
  tenant_id           text NOT NULL,
  incident_id         uuid NOT NULL,
  card_id             uuid NOT NULL,
  card_event_no       bigint NOT NULL,
  failures            pin_failure_count NOT NULL,
  failures_taken_back pin_failure_count NOT NULL,
  taken_back_in_a_row pin_failure_count NOT NULL,
  outcome             text NOT NULL CHECK (outcome IN ('planned', 'restored', 'kept-out')),
  cause               text,
  decided_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, incident_id, card_id),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents,
  CHECK (failures_taken_back <= failures AND failures_taken_back <= taken_back_in_a_row),
  CHECK ((outcome = 'kept-out') = (cause IS NOT NULL))
);
CREATE INDEX incident_cards_planned ON incident_cards (tenant_id, incident_id, card_id) WHERE outcome = 'planned';

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (
  kind IN ('client-create', 'client-rotate-secret', 'webhook-create', 'webhook-rotate-secret', 'key-abandon', 'policy-change', 'brake-release', 'incident-restore'));
`;

export class Incidents1796201000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(INCIDENTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from incidents'));
  }
}
