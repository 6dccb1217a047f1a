import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ABANDON_FUNCTIONS } from './pin-operations/abandon-functions.js';
import { CARD_EVENT_FUNCTIONS } from './pin-operations/card-event-functions.js';
import { CARD_TABLES } from './pin-operations/card-tables.js';
import { PARTITION_FUNCTIONS } from './pin-operations/partition-functions.js';
import { REQUEST_TABLES } from './pin-operations/request-tables.js';
import { SETTLE_FUNCTIONS } from './pin-operations/settle-functions.js';
import { SPEND_FUNCTIONS } from './pin-operations/spend-functions.js';
import { TRAIL_TABLES } from './pin-operations/trail-tables.js';

/**
 * Everything that setting, validating, changing and unlocking a PIN needs. PostgreSQL 17 or newer (an identity
 * column on a partitioned table).
 *
 * The functions run with the caller's rights (SECURITY INVOKER): a definer's would hide that the service's role may
 * not change the audit trail.
 */
export class PinOperations1795435200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CARD_TABLES);
    await queryRunner.query(REQUEST_TABLES);
    await queryRunner.query(TRAIL_TABLES);
    await queryRunner.query(PARTITION_FUNCTIONS);
    await queryRunner.query(CARD_EVENT_FUNCTIONS);
    await queryRunner.query(ABANDON_FUNCTIONS);
    await queryRunner.query(SPEND_FUNCTIONS);
    await queryRunner.query(SETTLE_FUNCTIONS);
  }

  /** Migrations only add; going back means restoring a backup, which also retires the transport keys. */
  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from pin-operations'));
  }
}
