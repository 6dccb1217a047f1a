import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A fast digest of each client secret beside its scrypt hash. Absent until the secret has proved itself once; the hash
 * stays for services of the version before.
 */
export class ClientSecretDigests1795917600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE client_secrets ADD COLUMN digest bytea CHECK (octet_length(digest) = 32)',
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from client-secret-digests'));
  }
}
