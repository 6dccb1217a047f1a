/**
 * The audit trail and the outbox.
 *
 * The audit trail is append-only: the service's role is granted INSERT and SELECT and nothing more. xid is the
 * writing transaction, by which lines are sealed in an order that no late commit can disturb: an identity or a time
 * alone is handed out before the commit.
 *
 * details and data are JSON as text: jsonb would reorder the members that a seal or a signature covers.
 */
export const TRAIL_TABLES = `
CREATE TABLE audit_events (
  tenant_id      text NOT NULL,
  occurred_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  audit_id       bigint GENERATED ALWAYS AS IDENTITY,
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  client_id      text NOT NULL,
  subject        text NOT NULL,
  source_address text,
  request_id     text NOT NULL,
  action         text NOT NULL,
  phase          audit_phase NOT NULL,
  result         text,
  card_id        uuid,
  event_no       bigint,
  evaluation_id  uuid,
  details        text,
  PRIMARY KEY (tenant_id, occurred_at, audit_id)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE outbox_events (
  tenant_id   text NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  type        text NOT NULL,
  card_id     uuid,
  event_no    bigint,
  data        text NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id)
);
`;
