import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How clients prove themselves besides a secret. `client_keys`: what was registered of their keys and certificates, all
 * public; a rotation keeps the one before for its overlap, as `client_secrets` does. `spent_proofs`: assertions and DPoP
 * proofs that were shown once, until they would be too old anyway. `client_demands`: what a tenant asks of its clients;
 * each change is a row, the newest that has begun holds.
 */
const CLIENT_KEYS = `
CREATE TABLE client_keys (
  tenant_id  text NOT NULL,
  client_id  text NOT NULL,
  method     text NOT NULL CHECK (method IN ('private_key_jwt', 'tls_client_auth')),
  key_no     integer NOT NULL CHECK (key_no > 0),
  content    text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  known_to   text[],
  warned_at  timestamptz,
  PRIMARY KEY (tenant_id, client_id, method, key_no),
  FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients
);
CREATE INDEX client_keys_by_client_id ON client_keys (client_id);

CREATE TABLE spent_proofs (
  tenant_id  text NOT NULL,
  proof      hash NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, proof)
);
CREATE INDEX spent_proofs_by_expiry ON spent_proofs (expires_at);

CREATE TABLE client_demands (
  tenant_id          text NOT NULL REFERENCES tenants,
  demand_no          integer NOT NULL CHECK (demand_no > 0),
  methods            text[] NOT NULL CHECK (
    cardinality(methods) > 0 AND methods <@ ARRAY['client_secret', 'private_key_jwt', 'tls_client_auth']),
  sender_constrained boolean NOT NULL,
  valid_from         timestamptz NOT NULL,
  set_by             text NOT NULL,
  set_through        text NOT NULL,
  reason             text NOT NULL,
  set_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, demand_no)
);

ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (
  kind IN ('client-create', 'client-rotate-secret', 'client-rotate-keys', 'demand-change', 'webhook-create',
           'webhook-rotate-secret', 'key-abandon', 'policy-change', 'brake-release', 'incident-restore'));
`;

export class ClientKeys1796205000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CLIENT_KEYS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from client-keys'));
  }
}
