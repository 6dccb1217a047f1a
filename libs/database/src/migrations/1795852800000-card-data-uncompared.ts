import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Card data are compared no more (docs/adr/0024), so nothing is noted to compare them by. The version before still reads
 * the column: it finds what no data have. A later version drops it.
 */
export class CardDataUncompared1795852800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE card_data ALTER COLUMN data_fingerprint SET DEFAULT decode(repeat('00', 32), 'hex')`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from card-data-uncompared'));
  }
}
