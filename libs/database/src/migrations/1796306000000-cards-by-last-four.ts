import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operators find a card by the last four digits of its number. None of these columns changes, so updates of a card stay HOT. */
const CARDS_BY_LAST_FOUR =
  'CREATE INDEX cards_last4 ON cards (tenant_id, pan_last4, card_id) WHERE pan_last4 IS NOT NULL';

export class CardsByLastFour1796306000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CARDS_BY_LAST_FOUR);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from cards-by-last-four'));
  }
}
