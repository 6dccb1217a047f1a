import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key that is lost is given up by two persons: asked for by one, approved by another, as what makes power is. */
const KEY_ABANDONMENTS = `
ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check
  CHECK (kind IN ('client-create', 'client-rotate-secret', 'webhook-create', 'webhook-rotate-secret', 'key-abandon'));
`;

export class KeyAbandonments1796007600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(KEY_ABANDONMENTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from key-abandonments'));
  }
}
