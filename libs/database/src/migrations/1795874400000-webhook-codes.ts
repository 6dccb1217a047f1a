import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One-time passwords have a relay and a queue of their own (libs/database/src/job-queue.ts): their events are found
 * without passing over those of other types that wait.
 */
export class WebhookCodes1795874400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX outbox_events_codes_to_relay ON outbox_events (id)
        WHERE relayed_at IS NULL AND type = 'otp.issued'`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from webhook codes'));
  }
}
