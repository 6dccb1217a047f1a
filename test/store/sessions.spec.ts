import fc from 'fast-check';
import { IsNull, type DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClientEntity, sessionFaults, TimeOrNever } from '#libs/database';
import { poolOf } from '../../libs/database/src/queries.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';

const FOREIGN: readonly (readonly [string, string])[] = [
  ['DateStyle', 'German'],
  ['DateStyle', 'SQL, DMY'],
  ['IntervalStyle', 'iso_8601'],
  ['TimeZone', 'Asia/Kathmandu'],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-5'],
  ['search_path', 'pg_temp'],
  ['standard_conforming_strings', 'off'],
  ['array_nulls', 'off'],
  ['transform_null_equals', 'on'],
  ['default_transaction_isolation', 'serializable'],
  ['default_transaction_deferrable', 'on'],
  ['statement_timeout', '0'],
  ['lock_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
];

let database: TestDatabase;
let superuser: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  superuser = await database.open({ url: database.superuserUrl, poolSize: 1 });
});
afterAll(() => database[Symbol.asyncDispose]());

/** Of this database alone: the role is other tests' as well. */
async function withRoleSetting<T>(name: string, value: string, work: () => Promise<T>): Promise<T> {
  const role = `ALTER ROLE pinward_service IN DATABASE ${database.name}`;
  await superuser.query(
    `${role} SET ${name} = ${name === 'search_path' || name === 'DateStyle' ? value : `'${value}'`}`,
  );
  try {
    return await work();
  } finally {
    await superuser.query(`${role} RESET ${name}`);
  }
}

describe('settings that a role has', () => {
  it('do not reach the sessions, whatever they are', async () => {
    for (const [name, value] of FOREIGN) {
      const faults = await withRoleSetting(name, value, async () => {
        const dataSource = await database.open({ poolSize: 1 });
        const found = await sessionFaults(dataSource);
        await dataSource.destroy();
        return found;
      });
      expect([name, faults]).toEqual([name, []]);
    }
  });

  it.each([
    ['default_transaction_read_only', 'on', 'the database role may not write'],
    ['session_replication_role', 'replica', 'session_replication_role is "replica" and must be "origin"'],
    [
      'plpgsql.variable_conflict',
      'use_column',
      'plpgsql.variable_conflict is "use_column" and must be "error"',
    ],
  ])('and cannot be asked away are named: %s', async (name, value, words) => {
    const faults = await withRoleSetting(name, value, async () =>
      sessionFaults(await database.open({ poolSize: 1 })),
    );
    expect(faults).toEqual([expect.stringContaining(words)]);
  });

  it('are named with those that a connection asked for and did not get', async () => {
    const dataSource = await database.open({ poolSize: 1, statementTimeoutMs: 7_000 });
    expect(await sessionFaults(dataSource, { statementTimeoutMs: 7_000 })).toEqual([]);
    await dataSource.query("SET statement_timeout = 0; SET DateStyle = 'SQL, DMY'");
    const faults = await sessionFaults(dataSource, { statementTimeoutMs: 7_000 });
    expect(faults).toHaveLength(2);
    expect(faults.join()).toMatch(/statement_timeout is "0" and must be "7000"/);
    expect(faults.join()).toMatch(/DateStyle is "SQL, DMY".*was not given/);
  });
});

describe('a time that is read', () => {
  const STYLES = ['ISO', 'SQL', 'Postgres', 'German'].flatMap((style) =>
    ['DMY', 'MDY', 'YMD'].map((order) => `${style}, ${order}`),
  );
  const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns'];
  const TYPES = ['timestamptz', 'timestamp', 'date'];

  it('is the time that was written, or a fault: whatever the session does, never null and no invalid Date', async () => {
    const pool = poolOf(await database.open({ poolSize: 1 }));
    const client = await pool.connect();
    let exact = 0;
    try {
      const sessions = fc.record({
        at: fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-30'), noInvalidDate: true }),
        style: fc.constantFrom(...STYLES),
        zone: fc.constantFrom(...ZONES),
        type: fc.constantFrom(...TYPES),
      });
      const property = fc.asyncProperty(sessions, async ({ at, style, zone, type }) => {
        await client.query('SELECT set_config($1, $2, false), set_config($3, $4, false)', [
          'DateStyle',
          style,
          'TimeZone',
          zone,
        ]);
        const text = `SELECT $1::timestamptz::${type} AS one, ARRAY[$1::timestamptz::${type}, NULL] AS many,
                             extract(epoch FROM $1::timestamptz) AS epoch`;
        const asked = client.query<{ one: unknown; many: unknown[] }>(text, [at.toISOString()]);
        const read = await asked.then(
          ({ rows: [row] }) => row,
          (fault: Error) => fault,
        );
        if (!style.startsWith('ISO')) {
          expect(read).toHaveProperty('name', 'UnreadableTime');
          return;
        }
        const { one, many } = read as { one: Date; many: unknown[] };
        expect(one).toBeInstanceOf(Date);
        expect(Number.isNaN(one.getTime())).toBe(false);
        expect(many).toEqual([one, null]);
        if (type === 'timestamptz') expect(one).toEqual(at);
        exact += 1;
      });
      await fc.assert(property, { numRuns: 200 });
    } finally {
      client.release(true);
    }
    expect(exact).toBeGreaterThan(0);
  });

  it.each(["'infinity'", "'-infinity'", "'0044-03-15 BC'"])(
    'is a fault where no Date can hold it: %s',
    async (literal) => {
      const dataSource = await database.open({ poolSize: 1 });
      await expect(dataSource.query(`SELECT ${literal}::timestamptz`)).rejects.toThrow('DateStyle');
    },
  );
});

describe('what is allowed until a time', () => {
  /** Read to be shown or counted from, and never as the word that something is still allowed. */
  const ONLY_SHOWN = [
    'approvals.decided_at',
    'card_imports.runs_until',
    'cards.evaluation_deadline',
    'cards.last_unlock_at',
    'cards.locked_at',
    'cards.pin_set_at',
    'client_keys.warned_at',
    'client_secrets.warned_at',
    'hsm_keys.expires_at',
    'idempotency_records.evaluation_deadline',
    'one_time_passwords.ended_at',
    'outbox_events.expires_at',
    'outbox_events.relayed_at',
    'unlock_approvals.decided_at',
    'webhook_deliveries.ended_at',
    'webhook_deliveries.last_attempt_at',
    'chip_commands.ended_at',
    'chip_commands.last_failure_at',
    'webhook_endpoints.failing_since',
    'webhook_endpoints.paused_at',
    'webhook_secrets.expires_at',
  ];

  it('is never "never" but by the null of SQL, in every column that may say so', async () => {
    const dataSource = await database.open({ poolSize: 1 });
    const columns = dataSource.entityMetadatas.flatMap(({ tableName, columns: all }) =>
      all
        .filter(({ type, isNullable }) => type === 'timestamptz' && isNullable)
        .map((column) => ({ name: `${tableName}.${column.databaseName}`, column })),
    );
    const deciding = columns.filter(({ name }) => !ONLY_SHOWN.includes(name));
    expect(deciding.map(({ name }) => name).toSorted()).toEqual([
      'api_clients.revoked_at',
      'approvals.collected_at',
      'client_keys.expires_at',
      'client_secrets.expires_at',
      'console_sessions.ended_at',
      'persons.revoked_at',
      'webhook_endpoints.deleted_at',
    ]);
    const at = new Date('2026-11-28T12:00:00Z');
    for (const { column } of deciding) {
      const read = (value: unknown): unknown => dataSource.driver.prepareHydratedValue(value, column);
      expect(read(null)).toBe(TimeOrNever.never);
      expect(read(at)).toEqual(TimeOrNever.at(at));
      for (const nonsense of [undefined, new Date(Number.NaN), Number.NaN, Infinity, '', {}])
        expect(() => read(nonsense)).toThrow(RangeError);
    }
  });

  it('is compared with a time that is one', () => {
    const now = new Date('2026-11-28T12:00:00Z');
    const after = (ms: number) => new Date(now.getTime() + ms);
    expect(TimeOrNever.never.hasCome(now)).toBe(false);
    expect([-1, 0, 1].map((ms) => TimeOrNever.at(after(ms)).hasCome(now))).toEqual([true, true, false]);
    expect(() => TimeOrNever.at(now).hasCome(new Date(Number.NaN))).toThrow(RangeError);
    expect(() => TimeOrNever.at(new Date(Number.NaN))).toThrow(RangeError);
  });

  it('is a fault in a session that has lost its settings: of a revoked client nothing is read', async () => {
    const owner = await database.open({ url: database.ownerUrl, poolSize: 1 });
    await owner.query(
      `INSERT INTO api_clients (tenant_id, client_id, scopes, allowed_addresses, created_at, revoked_at)
       VALUES ('default', 'revoked-one', '{pin:set}', '{}', now(), now())`,
    );
    const clients = owner.getRepository(ApiClientEntity);
    expect((await clients.findOneByOrFail({ clientId: 'revoked-one' })).revokedAt.isNever).toBe(false);
    expect(await clients.countBy({ clientId: 'revoked-one', revokedAt: IsNull() })).toBe(0);
    await owner.query("SET DateStyle = 'German'");
    await expect(clients.findOneBy({ clientId: 'revoked-one' })).rejects.toThrow('DateStyle');
  });
});
