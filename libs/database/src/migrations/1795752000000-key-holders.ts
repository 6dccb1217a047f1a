import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A ceremony announces a TRUSTED key before it makes it: a stranger under that flag stops the service.
 *
 * hsm_key_holders: which keys each running process works with, as it reports them every few seconds. A ceremony makes a
 * key current when all of them hold it.
 */
const KEY_HOLDERS = `
ALTER TABLE hsm_keys DROP CONSTRAINT hsm_keys_state_check;
ALTER TABLE hsm_keys ADD CONSTRAINT hsm_keys_state_check
  CHECK (state IN ('announced', 'current', 'accepted', 'retired'));

CREATE TABLE hsm_key_holders (
  replica_id uuid PRIMARY KEY,
  keys       jsonb NOT NULL,
  trouble    text,
  seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

export class KeyHolders1795752000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(KEY_HOLDERS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from key-holders'));
  }
}
