import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A client can be changed after it was made; what makes power waits for a second person. */
const CLIENT_CHANGE = `
ALTER TABLE approvals DROP CONSTRAINT approvals_kind_check;
ALTER TABLE approvals ADD CONSTRAINT approvals_kind_check CHECK (
  kind IN ('client-create', 'client-rotate-secret', 'client-rotate-keys', 'client-change', 'demand-change',
           'webhook-create', 'webhook-rotate-secret', 'key-abandon', 'policy-change', 'brake-release',
           'incident-restore'));
`;

export class ClientChange1796304000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CLIENT_CHANGE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from client-change'));
  }
}
