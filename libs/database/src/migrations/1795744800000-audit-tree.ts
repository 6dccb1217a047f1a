import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AUDIT_FUNCTIONS, SEALING_FUNCTIONS } from './audit-tree/audit-functions.js';
import { BASELINE, TREE_TABLES } from './audit-tree/tree-tables.js';
import { ABANDON_FUNCTIONS } from './pin-operations/abandon-functions.js';
import { SETTLE_FUNCTIONS } from './pin-operations/settle-functions.js';
import { SPEND_FUNCTIONS } from './pin-operations/spend-functions.js';

/**
 * The hash tree over the audit trail; and spend, settle and abandon once more, whose lines now name the masked PAN and
 * the card's whole state.
 */
export class AuditTree1795744800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TREE_TABLES);
    await queryRunner.query(AUDIT_FUNCTIONS);
    await queryRunner.query(SEALING_FUNCTIONS);
    await queryRunner.query(ABANDON_FUNCTIONS);
    await queryRunner.query(SPEND_FUNCTIONS);
    await queryRunner.query(SETTLE_FUNCTIONS);
    await queryRunner.query(BASELINE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from audit-tree'));
  }
}
