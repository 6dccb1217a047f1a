import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where events are delivered to, and each delivery. An event is written with the effect it tells of; a relay makes its
 * deliveries, and from then on a job of pg-boss (schema pgboss) carries each. relayed_at marks events whose deliveries
 * have been made.
 *
 * events: null for all but otp.issued, which whoever wants it has to name.
 */
const WEBHOOK_TABLES = `
ALTER TABLE outbox_events ADD COLUMN relayed_at timestamptz;
UPDATE outbox_events SET relayed_at = clock_timestamp();
CREATE INDEX outbox_events_to_relay ON outbox_events (id) WHERE relayed_at IS NULL;
CREATE INDEX outbox_events_relayed ON outbox_events USING brin (relayed_at);

CREATE TABLE webhook_endpoints (
  tenant_id     text NOT NULL REFERENCES tenants,
  endpoint_id   uuid NOT NULL,
  url           text NOT NULL,
  events        text[] CHECK (cardinality(events) > 0),
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  deleted_at    timestamptz,
  failing_since timestamptz,
  paused_at     timestamptz,
  PRIMARY KEY (tenant_id, endpoint_id)
);

CREATE TABLE webhook_secrets (
  tenant_id         text NOT NULL,
  endpoint_id       uuid NOT NULL,
  secret_no         integer NOT NULL CHECK (secret_no > 0),
  sealed            bytea NOT NULL,
  sealed_generation key_generation NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at        timestamptz,
  PRIMARY KEY (tenant_id, endpoint_id, secret_no),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints
);

CREATE TABLE webhook_deliveries (
  tenant_id       text NOT NULL,
  delivery_id     uuid NOT NULL,
  endpoint_id     uuid NOT NULL,
  event_id        bigint NOT NULL,
  type            text NOT NULL,
  status          text NOT NULL DEFAULT 'pending'
                  CHECK (status IN ('pending', 'delivered', 'dead', 'expired', 'cancelled')),
  attempts        integer NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_attempt_at timestamptz,
  last_outcome    text,
  ended_at        timestamptz,
  PRIMARY KEY (tenant_id, delivery_id)
);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (tenant_id, endpoint_id, delivery_id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (tenant_id, event_id);
`;

export class Webhooks1795748400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(WEBHOOK_TABLES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from webhooks'));
  }
}
