import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the chip of a card does not know yet, for the issuer's authorisation host (docs/adr/0055). One command of each kind
 * is pending for a card. Ended ones are kept for late reports, and go when a newer one of their kind is made.
 */
const CHIP_COMMANDS = `
ALTER TABLE cards ADD COLUMN chip boolean NOT NULL DEFAULT false;

CREATE TABLE chip_commands (
  tenant_id           text NOT NULL,
  command_id          uuid NOT NULL,
  card_id             uuid NOT NULL,
  command             text NOT NULL CHECK (command IN ('CHANGE_PIN', 'UNBLOCK_PIN')),
  pin_version         bigint NOT NULL,
  status              text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'superseded')),
  created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_failure_at     timestamptz,
  last_failure_reason text,
  ended_at            timestamptz,
  PRIMARY KEY (tenant_id, command_id),
  CHECK ((ended_at IS NULL) = (status = 'pending')),
  CHECK ((last_failure_at IS NULL) = (last_failure_reason IS NULL))
);
CREATE UNIQUE INDEX chip_commands_one_pending ON chip_commands (tenant_id, card_id, command) WHERE status = 'pending';
CREATE INDEX chip_commands_of_card ON chip_commands (tenant_id, card_id);
`;

export class ChipCommands1796203100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CHIP_COMMANDS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from chip-commands'));
  }
}
