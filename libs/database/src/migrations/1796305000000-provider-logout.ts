import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sessions at the console end with the login at the OpenID provider, and that login with them (docs/adr/0057). Which login it
 * is, the row keeps as a hash, since it is only compared; the ID token, which the provider asks for at a logout, is sealed
 * like the refresh token.
 */
const PROVIDER_LOGOUT = `
ALTER TABLE console_sessions
  ADD COLUMN provider_session hash,
  ADD COLUMN sealed_id_token bytea,
  DROP CONSTRAINT console_sessions_end_reason_check,
  ADD CONSTRAINT console_sessions_end_reason_check
    CHECK (end_reason IN ('signed-out', 'replaced', 'ended', 'rights', 'provider'));
CREATE INDEX console_sessions_of_provider ON console_sessions (issuer, provider_session) WHERE ended_at IS NULL;
CREATE INDEX console_sessions_of_subject ON console_sessions (issuer, subject) WHERE ended_at IS NULL;
`;

export class ProviderLogout1796305000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(PROVIDER_LOGOUT);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from provider-logout'));
  }
}
