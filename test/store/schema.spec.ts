import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { migrate, pendingMigrations } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';

/** Columns that the database keeps for itself or for the version before, and the tables that no entity maps. */
const UNMAPPED_COLUMNS = ['audit_events.xid', 'card_data.data_fingerprint'];
/** Oldest first. */
const MIGRATION_NAMES = [
  'PinOperations1795435200000',
  'ApiClients1795608000000',
  'UnlockApprovals1795651200000',
  'OneTimePasswords1795737600000',
  'CardVault1795741200000',
  'AuditTree1795744800000',
  'Webhooks1795748400000',
  'KeyHolders1795752000000',
  'DeploymentPolicy1795755600000',
  'SchemaFunctions1795838400000',
  'CardDataUncompared1795852800000',
  'Persons1795863600000',
  'Approvals1795867200000',
  'WebhookCodes1795874400000',
  'AttestedVerdicts1795885200000',
  'ClientSecretDigests1795917600000',
  'ClientsOfTenants1795921200000',
  'WebhookRotations1795932000000',
  'KeyAbandonments1796007600000',
  'TrailStreams1796018400000',
  'PoliciesAndBrakes1796040000000',
  'SealingKeyIvs1796050800000',
  'ReplicaReports1796110000000',
  'CardImports1796200000000',
  'Incidents1796201000000',
  'FirstPinOtp1796203000000',
  'ChipCommands1796203100000',
  'ClientKeys1796205000000',
  'Alarms1796253000000',
  'ConsoleSessions1796290000000',
  'Overview1796302000000',
  'ClientChange1796304000000',
  'ProviderLogout1796305000000',
  'CardsByLastFour1796306000000',
];
const UNMAPPED_TABLES = [
  'schema_migrations',
  'schema_functions',
  'maintenance_marks',
  'hsm_key_uses',
  'hsm_key_holders',
  'deployment_policy',
  'policies',
  'brakes',
  'incidents',
  'incident_cards',
  'alarm_detection',
  'alarm_series',
  'alarms',
  'activity_hours',
  'audit_leaves',
  'audit_subtrees',
  'audit_heads',
  'audit_sealing',
  'trail_streams',
  'card_import_turns',
];

let database: TestDatabase;
let owner: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = await database.open({ url: database.ownerUrl });
});
afterAll(() => database[Symbol.asyncDispose]());

interface ColumnShape {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

async function tableColumns(): Promise<ColumnShape[]> {
  return await owner.query<ColumnShape[]>(
    `SELECT c.relname || '.' || a.attname AS name,
            format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS type,
            NOT a.attnotnull AS nullable
       FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname <> ALL ($1)
      ORDER BY 1`,
    [UNMAPPED_TABLES],
  );
}

function entityColumns(): ColumnShape[] {
  return owner.entityMetadatas
    .flatMap(({ tableName, columns }) =>
      columns.map((column) => ({
        name: `${tableName}.${column.databaseName}`,
        type: `${owner.driver.normalizeType(column)}${column.isArray ? '[]' : ''}`,
        nullable: column.isNullable,
      })),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function primaryKeys(): Promise<Record<string, string>> {
  const rows = await owner.query<{ name: string; columns: string }[]>(
    `SELECT conrelid::regclass::text AS name, string_agg(a.attname, ', ' ORDER BY k.position) AS columns
       FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS k (attnum, position)
       JOIN pg_attribute a ON a.attnum = k.attnum
      WHERE connamespace = 'public'::regnamespace AND contype = 'p' AND conparentid = 0 AND a.attrelid = conrelid
        AND NOT (conrelid::regclass::text = ANY ($1))
      GROUP BY 1`,
    [UNMAPPED_TABLES],
  );
  return Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
}

describe('the schema', () => {
  it('is what the entities say, column by column', async () => {
    const columns = (await tableColumns()).filter(({ name }) => !UNMAPPED_COLUMNS.includes(name));
    expect(columns.length).toBeGreaterThan(50);
    expect(entityColumns()).toEqual(columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  });

  it('has the primary keys the entities say, tenant first in everything of a tenant', async () => {
    const mapped = owner.entityMetadatas.map(({ tableName, primaryColumns }) => [
      tableName,
      primaryColumns.map(({ databaseName }) => databaseName).join(', '),
    ]);
    const keys = await primaryKeys();
    expect(keys).toEqual(Object.fromEntries(mapped));
    for (const [table, columns] of Object.entries(keys)) {
      if (table !== 'hsm_keys') expect(columns).toMatch(/^tenant_id\b/);
    }
  });

  it('has a default tenant', async () => {
    expect(await owner.query('SELECT tenant_id, pin_max_tries FROM tenants')).toEqual([
      { tenant_id: 'default', pin_max_tries: null },
    ]);
  });

  it.each([
    ['UPDATE tenants SET pin_max_tries = 16', 'tenants_pin_max_tries_check'],
    ['UPDATE tenants SET pin_max_tries = 0', 'tenants_pin_max_tries_check'],
    [
      "INSERT INTO cards (tenant_id, card_id, card_ref, tries_spent) VALUES ('t', gen_random_uuid(), 'r', -1)",
      'pin_failure_count',
    ],
    [
      "INSERT INTO cards (tenant_id, card_id, card_ref, verifier) VALUES ('t', gen_random_uuid(), 'r', '\\x00')",
      'hash',
    ],
    [
      "INSERT INTO cards (tenant_id, card_id, card_ref, pin_status) VALUES ('t', gen_random_uuid(), 'r', 'open')",
      'pin_status',
    ],
    [
      "INSERT INTO cards (tenant_id, card_id, card_ref, pan_last4) VALUES ('t', gen_random_uuid(), 'r', '12345')",
      'pan_last4',
    ],
    [
      "INSERT INTO api_clients VALUES ('default', 'UPPER', '{ops:read}', NULL, '{}', NULL, now())",
      'api_clients_client_id_check',
    ],
    [
      "INSERT INTO api_clients VALUES ('default', 'no-scopes', '{}', NULL, '{}', NULL, now())",
      'api_clients_scopes_check',
    ],
    [
      "INSERT INTO api_clients VALUES ('nobody', 'no-tenant', '{ops:read}', NULL, '{}', NULL, now())",
      'api_clients_tenant_id_fkey',
    ],
    [
      "INSERT INTO hsm_keys VALUES ('lookup', 9, 'accepted', sha256(''), now(), NULL, '\\x000000000000000000000000')",
      'hsm_keys_fingerprint_iv_check',
    ],
    [
      "INSERT INTO hsm_keys VALUES ('secrets', 9, 'accepted', sha256(''), now(), NULL, '\\x0000')",
      'gcm_iv_length',
    ],
    [
      "INSERT INTO client_secrets VALUES ('default', 'nobody', 1, 'in the clear', now())",
      'client_secrets_hash_check',
    ],
  ])('refuses %s', async (statement, constraint) => {
    await expect(owner.query(statement)).rejects.toThrow(constraint);
  });
});

describe('migrating', () => {
  it('from nothing brings everything, a second time nothing, also twice at once', async () => {
    const superuser = await database.open({ url: database.superuserUrl });
    const empty = `${database.name}_empty`;
    await superuser.query(`CREATE DATABASE ${empty} OWNER pinward_owner`);
    const url = new URL(database.ownerUrl);
    url.pathname = `/${empty}`;
    const [one, other] = await Promise.all([
      database.open({ url: url.href }),
      database.open({ url: url.href }),
    ]);
    expect(await pendingMigrations(one)).toEqual(MIGRATION_NAMES);
    await Promise.all([migrate(one), migrate(other)]);
    expect(await pendingMigrations(one)).toEqual([]);
    await migrate(one);
    expect(await one.query('SELECT count(*)::int AS done FROM schema_migrations')).toEqual([
      { done: MIGRATION_NAMES.length },
    ]);
    await Promise.all([one.destroy(), other.destroy()]);
    await superuser.query(`DROP DATABASE ${empty}`);
  });

  it('creates functions anew that are not as this code knows them', async () => {
    const source = "SELECT prosrc AS text FROM pg_proc WHERE proname = 'pinward_card_state'";
    const [asCreated] = await owner.query<{ text: string }[]>(source);
    await owner.query(`CREATE OR REPLACE FUNCTION pinward_card_state(c cards) RETURNS text LANGUAGE sql STABLE
                         AS $$ SELECT 'as it was released once' $$`);
    await owner.query('DELETE FROM schema_functions');
    expect(await pendingMigrations(await database.open())).toEqual(['functions']);
    await migrate(owner);
    expect(await owner.query(source)).toEqual([asCreated]);
    expect(await pendingMigrations(owner)).toEqual([]);
  });

  it('names the role that is missing', async () => {
    await expect(migrate(owner, { serviceRole: 'nobody_here' })).rejects.toThrow(
      'role nobody_here does not exist',
    );
  });

  it('sees a database that is behind, also as the service', async () => {
    const service = await database.open();
    expect(await pendingMigrations(service)).toEqual([]);
    await owner.query('ALTER TABLE schema_migrations RENAME TO elsewhere');
    expect(await pendingMigrations(service)).toEqual(MIGRATION_NAMES);
    await owner.query('ALTER TABLE elsewhere RENAME TO schema_migrations');
  });
});
