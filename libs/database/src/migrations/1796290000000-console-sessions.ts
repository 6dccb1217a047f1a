import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sessions of operators at the console (docs/adr/0057). The browser's cookie holds the secret, the row only its hash; the
 * provider's refresh token is sealed under a key made of that secret, so that the database alone opens nothing. Rows
 * stay for a while after their end, for the person's own list.
 */
const CONSOLE_SESSIONS = `
CREATE TABLE console_sessions (
  tenant_id        text NOT NULL REFERENCES tenants,
  session_id       uuid NOT NULL,
  secret_hash      hash NOT NULL UNIQUE,
  issuer           text NOT NULL,
  subject          text NOT NULL,
  name             text,
  claims           jsonb NOT NULL,
  rights_until     timestamptz NOT NULL,
  sealed_refresh   bytea,
  authenticated_at timestamptz NOT NULL,
  signed_in_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  source_address   text NOT NULL,
  user_agent       text NOT NULL,
  ended_at         timestamptz,
  end_reason       text CHECK (end_reason IN ('signed-out', 'replaced', 'ended', 'rights')),
  PRIMARY KEY (tenant_id, session_id),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX console_sessions_of_person ON console_sessions (tenant_id, issuer, subject) WHERE ended_at IS NULL;
CREATE INDEX console_sessions_by_sign_in ON console_sessions (signed_in_at);
`;

export class ConsoleSessions1796290000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CONSOLE_SESSIONS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from console-sessions'));
  }
}
