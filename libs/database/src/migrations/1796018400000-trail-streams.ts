import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each receiver of the trail's stream has it, and which replica sends to it now. */
const TRAIL_STREAMS = `
CREATE TABLE trail_streams (
  sink          text PRIMARY KEY,
  next_leaf     bigint NOT NULL DEFAULT 0 CHECK (next_leaf >= 0),
  claimed_by    uuid NOT NULL,
  claimed_until timestamptz NOT NULL
);
`;

export class TrailStreams1796018400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TRAIL_STREAMS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from trail-streams'));
  }
}
