import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where the HSM makes the IV of AES-GCM, a sealing key's fingerprint is a ciphertext under an IV that nobody chose: it is kept
 * beside it (ADR 0035). Null for all others, and for those sealed under the fixed one.
 */
const COLUMN = `
CREATE DOMAIN gcm_iv AS bytea CONSTRAINT gcm_iv_length CHECK (octet_length(VALUE) BETWEEN 12 AND 16);
ALTER TABLE hsm_keys ADD COLUMN fingerprint_iv gcm_iv
  CONSTRAINT hsm_keys_fingerprint_iv_check CHECK (fingerprint_iv IS NULL OR kind IN ('card-vault', 'secrets'));
`;

export class SealingKeyIvs1796050800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMN);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from sealing-key-ivs'));
  }
}
