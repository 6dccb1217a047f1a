import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Imports of cards, and what became of each of their lines: a repeated upload is answered from them. A run holds its
 * import until `runs_until`, so one that ended without a word is not running for ever. A tenant that found no room
 * keeps its place in card_import_turns.
 */
const CARD_IMPORTS = `
CREATE TABLE card_imports (
  tenant_id   text NOT NULL,
  import_id   uuid NOT NULL,
  request_key hash NOT NULL,
  request_id  text NOT NULL,
  client_id   text NOT NULL,
  state       text NOT NULL CHECK (state IN ('running', 'interrupted', 'completed', 'truncated')),
  registered  integer NOT NULL DEFAULT 0 CHECK (registered >= 0),
  existing    integer NOT NULL DEFAULT 0 CHECK (existing >= 0),
  failed      integer NOT NULL DEFAULT 0 CHECK (failed >= 0),
  run_id      uuid,
  runs_until  timestamptz,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, import_id),
  CONSTRAINT card_imports_request UNIQUE (tenant_id, request_key),
  CONSTRAINT card_imports_run CHECK ((state = 'running') = (run_id IS NOT NULL) AND (run_id IS NULL) = (runs_until IS NULL))
);
CREATE INDEX card_imports_running ON card_imports (runs_until) WHERE state = 'running';
CREATE INDEX card_imports_request_id ON card_imports (tenant_id, request_id);
CREATE INDEX card_imports_changed ON card_imports (changed_at);

CREATE TABLE card_import_lines (
  tenant_id text NOT NULL,
  import_id uuid NOT NULL,
  line_no   integer NOT NULL CHECK (line_no > 0),
  outcome   text NOT NULL CHECK (outcome IN ('registered', 'existing', 'failed')),
  card_ref  text,
  card_id   uuid,
  code      text,
  pointer   text,
  detail    text,
  PRIMARY KEY (tenant_id, import_id, line_no),
  CONSTRAINT card_import_lines_outcome CHECK (
    CASE outcome WHEN 'failed' THEN code IS NOT NULL AND pointer IS NOT NULL AND detail IS NOT NULL
                 ELSE code IS NULL AND card_ref IS NOT NULL AND card_id IS NOT NULL END)
);
CREATE UNIQUE INDEX card_import_lines_card_ref ON card_import_lines (tenant_id, import_id, card_ref) WHERE outcome <> 'failed';
CREATE INDEX card_import_lines_failed ON card_import_lines (tenant_id, import_id, line_no) WHERE outcome = 'failed';

CREATE TABLE card_import_turns (
  tenant_id text PRIMARY KEY,
  since     timestamptz NOT NULL DEFAULT clock_timestamp(),
  asked_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

export class CardImports1796200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CARD_IMPORTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from card-imports'));
  }
}
