import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A first PIN may take a one-time password, by the policy or by a tenant's own rule (docs/adr/0054). Null takes the
 * policy's.
 */
const FIRST_PIN_OTP = `
ALTER TABLE one_time_passwords DROP CONSTRAINT one_time_passwords_purpose_check;
ALTER TABLE one_time_passwords ADD CONSTRAINT one_time_passwords_purpose_check CHECK (
  purpose IN ('pin-set', 'pin-change', 'pin-reset', 'card-reveal'));

ALTER TABLE tenants ADD COLUMN pin_set_otp boolean;
`;

export class FirstPinOtp1796203000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FIRST_PIN_OTP);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from first-pin-otp'));
  }
}
