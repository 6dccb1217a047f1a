/**
 * Request ids and envelopes that have been used.
 *
 * Idempotency records are partitioned by UTC day and thrown away by the day. Their primary key has to hold the day,
 * yet a request id is looked up in every day there is: that it is claimed once is assured by the card's row, which
 * every claimant compares and sets first.
 *
 * The sweeper finds evaluations that nobody settled by created_at: an index on the card's deadline would end its
 * heap-only updates. How far it has come is kept in maintenance_marks.
 *
 * The replay register is partitioned by kid, made before a key is published and dropped when it retires.
 */
export const REQUEST_TABLES = `
CREATE TABLE idempotency_records (
  tenant_id     text NOT NULL,
  request_key   hash NOT NULL,
  created_on    date NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')::date,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  request_id    text NOT NULL,
  action        text NOT NULL,
  card_id       uuid,
  evaluation_id uuid,
  fingerprint   hash,
  answer        text,
  PRIMARY KEY (tenant_id, request_key, created_on)
) PARTITION BY RANGE (created_on);
CREATE INDEX idempotency_records_created_at ON idempotency_records (created_at);

CREATE TABLE pin_envelopes (
  tenant_id text NOT NULL,
  kid       text NOT NULL,
  digest    hash NOT NULL,
  PRIMARY KEY (tenant_id, kid, digest)
) PARTITION BY LIST (kid);

CREATE TABLE maintenance_marks (
  name    text PRIMARY KEY,
  reached timestamptz NOT NULL
);
INSERT INTO maintenance_marks VALUES ('abandoned-evaluations', clock_timestamp());
`;
