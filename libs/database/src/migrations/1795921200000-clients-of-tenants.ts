import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A client's id is its tenant's own: where it had to be unique in the whole service, a refusal told what other tenants have.
 * Who asks for a token is looked up by the id alone, so it keeps an index.
 */
export class ClientsOfTenants1795921200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE api_clients DROP CONSTRAINT api_clients_client_id');
    await queryRunner.query('CREATE INDEX api_clients_by_client_id ON api_clients (client_id)');
    await queryRunner.query('CREATE INDEX client_secrets_by_client_id ON client_secrets (client_id)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from clients-of-tenants'));
  }
}
