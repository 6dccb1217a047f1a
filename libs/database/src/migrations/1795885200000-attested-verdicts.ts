import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The HSM host's word for a verifier and its place (ADR 0019), on the card's row and in the history. Plain types: a
 * domain with a CHECK would have both tables rewritten, and whether these values are right no CHECK can say.
 *
 * hsm_key_holders: whether the process has its verdicts attested. One of the version before has not, and says nothing.
 */
const COLUMNS = `
ALTER TABLE cards
  ADD COLUMN verifier_mac bytea, ADD COLUMN verifier_mac_generation integer, ADD COLUMN verifier_event_no bigint;
ALTER TABLE pin_history
  ADD COLUMN verifier_mac bytea, ADD COLUMN verifier_mac_generation integer, ADD COLUMN verifier_event_no bigint;
ALTER TABLE hsm_key_holders ADD COLUMN attests boolean NOT NULL DEFAULT false;
`;

export class AttestedVerdicts1795885200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from attested-verdicts'));
  }
}
