import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Card data, each value sealed by the HSM with AES-256-GCM for its tenant, column, card and key generation. A PAN is
 * found again by an HMAC of the HSM's: of 10^9 possible numbers behind known digits, a bare hash would give it away.
 *
 * hsm_key_uses counts what was sealed under each key, in steps: random IVs are sound for 2^32 values (NIST SP 800-38D,
 * section 8.3).
 */
const VAULT_TABLES = `
CREATE TABLE card_data (
  tenant_id              text NOT NULL,
  card_id                uuid NOT NULL,
  pan                    bytea NOT NULL,
  expiry                 bytea,
  holder_name            bytea,
  seal_generation        key_generation NOT NULL,
  pan_fingerprint        hash NOT NULL,
  data_fingerprint       hash NOT NULL,
  fingerprint_generation key_generation NOT NULL,
  stored_at              timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, card_id)
);
CREATE INDEX card_data_pan_fingerprint ON card_data (tenant_id, pan_fingerprint);

CREATE TABLE hsm_key_uses (
  kind       text NOT NULL,
  generation key_generation NOT NULL,
  seals      bigint NOT NULL,
  PRIMARY KEY (kind, generation),
  CONSTRAINT hsm_key_uses_seals CHECK (seals BETWEEN 0 AND 4294967296)
);
`;

export class CardVault1795741200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(VAULT_TABLES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from card-vault'));
  }
}
