import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * API clients and their secrets. A secret is kept as a slow hash alone. The primary keys begin with the tenant as
 * everywhere; client_id is unique in the whole service besides, because who asks for a token names no tenant.
 */
const CLIENT_TABLES = `
CREATE TABLE api_clients (
  tenant_id           text NOT NULL REFERENCES tenants,
  client_id           text NOT NULL CHECK (client_id ~ '^[a-z0-9-]{3,64}$'),
  scopes              text[] NOT NULL CHECK (cardinality(scopes) > 0),
  person              text,
  allowed_addresses   text[] NOT NULL,
  requests_per_minute integer CHECK (requests_per_minute > 0),
  created_at          timestamptz NOT NULL,
  revoked_at          timestamptz,
  PRIMARY KEY (tenant_id, client_id),
  CONSTRAINT api_clients_client_id UNIQUE (client_id)
);

CREATE TABLE client_secrets (
  tenant_id  text NOT NULL,
  client_id  text NOT NULL,
  secret_no  integer NOT NULL CHECK (secret_no > 0),
  hash       text NOT NULL CHECK (hash LIKE '$scrypt$%'),
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  warned_at  timestamptz,
  PRIMARY KEY (tenant_id, client_id, secret_no),
  FOREIGN KEY (tenant_id, client_id) REFERENCES api_clients
);
`;

export class ApiClients1795608000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CLIENT_TABLES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from api-clients'));
  }
}
