import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The secret of an endpoint that gets one-time passwords is changed by two persons, as the endpoint is made by two. */
export class WebhookRotations1795932000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check, ADD CONSTRAINT approvals_kind_check CHECK
        (kind IN ('client-create', 'client-rotate-secret', 'webhook-create', 'webhook-rotate-secret'))`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from webhook-rotations'));
  }
}
