import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which states of the functions (libs/database/src/functions) this database has had. Migrations hold the functions as
 * they were once; every run of `db migrate` creates the current ones after them.
 */
export class SchemaFunctions1795838400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE schema_functions (
        hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from schema-functions'));
  }
}
