import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readPersonName } from '#libs/person-names';

/**
 * Persons as a register instead of free text, and who made which client and has seen which of its secrets: what
 * approvals compare (docs/adr/0021). small_key or capital_key are equal for names that look alike.
 */
const PERSON_TABLES = `
CREATE TABLE persons (
  tenant_id   text NOT NULL REFERENCES tenants,
  name        text NOT NULL,
  small_key   text,
  capital_key text,
  flaw        text,
  created_by  text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_by  text,
  revoked_at  timestamptz,
  PRIMARY KEY (tenant_id, name),
  CONSTRAINT persons_small_key UNIQUE (tenant_id, small_key),
  CONSTRAINT persons_capital_key UNIQUE (tenant_id, capital_key),
  CHECK ((flaw IS NULL) = (small_key IS NOT NULL)),
  CHECK ((flaw IS NULL) = (capital_key IS NOT NULL))
);

ALTER TABLE api_clients ADD COLUMN created_by text;
ALTER TABLE client_secrets ADD COLUMN known_to text[];
ALTER TABLE unlock_approvals
  ADD COLUMN requested_through text,
  ADD COLUMN requested_issuer  text;
`;

/** As far as the audit trail remembers: whoever made a client's secrets is taken to know those that it has. */
const MAKERS = `
WITH made AS (
  SELECT tenant_id, details::jsonb ->> 'client' AS client_id, action, subject, min(audit_id) AS audit_id
    FROM audit_events
   WHERE action IN ('client.create', 'client.rotate-secret') AND client_id <> details::jsonb ->> 'client'
   GROUP BY 1, 2, 3, 4
), creator AS (
  UPDATE api_clients c SET created_by = m.subject
    FROM made m WHERE m.action = 'client.create' AND m.tenant_id = c.tenant_id AND m.client_id = c.client_id
)
UPDATE client_secrets s SET known_to = k.persons
  FROM (SELECT tenant_id, client_id, array_agg(DISTINCT subject) AS persons FROM made GROUP BY 1, 2) k
 WHERE k.tenant_id = s.tenant_id AND k.client_id = s.client_id`;

/** The oldest client of a person decides which of two names that look alike stands for the person. */
const NAMES = `
SELECT tenant_id, person AS name, min(created_at) AS created_at
  FROM api_clients WHERE person IS NOT NULL
 GROUP BY 1, 2 ORDER BY 3, 1, 2`;

interface NameRow {
  readonly tenant_id: string;
  readonly name: string;
  readonly created_at: Date;
}

export class Persons1795863600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(PERSON_TABLES);
    await queryRunner.query(MAKERS);
    const taken = new Map<string, string>();
    for (const row of (await queryRunner.query(NAMES)) as NameRow[]) await takeOver(queryRunner, row, taken);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only add: there is no way back from persons'));
  }
}

/** A name that breaks the rules stays, since clients and tokens use it; its flaw keeps it from approving. */
async function takeOver(
  queryRunner: QueryRunner,
  { tenant_id: tenantId, name, created_at: createdAt }: NameRow,
  taken: Map<string, string>,
): Promise<void> {
  const read = readPersonName(name);
  const keys = 'fault' in read ? [] : [read.smallKey, read.capitalKey];
  const known = keys.map((key, index) => JSON.stringify([tenantId, index, key]));
  const other = known.map((key) => taken.get(key)).find((found) => found !== undefined);
  let flaw: string | null = null;
  if ('fault' in read) flaw = read.fault;
  else if (read.name !== name) flaw = 'is not in its normal form';
  else if (other !== undefined) flaw = `looks like ${other}`;
  if (flaw === null) for (const key of known) taken.set(key, name);
  await queryRunner.query(
    `INSERT INTO persons (tenant_id, name, small_key, capital_key, flaw, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, 'migration', $6)`,
    [tenantId, name, flaw === null ? keys[0] : null, flaw === null ? keys[1] : null, flaw, createdAt],
  );
}
