import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { DataSource } from 'typeorm';
import { inject } from 'vitest';
import { createDataSource, migrate, OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import { TokenPin } from '#libs/hsm';
import { registerNewKeys } from '#libs/keys';
import { asSuperuser, urlOf } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { parseKeysFile, SOFTHSM_MODULE, writeConfiguration } from '../rigs/token.js';

const run = promisify(execFile);
const SET_UP = join(PROJECT_ROOT, 'dist/softhsm/set-up-token.js');

/** A card as a released version left it, with the PIN it had there. */
export interface ReleasedCard {
  readonly state: 'unset' | 'active' | 'two-wrong' | 'locked' | 'reset-required' | 'closed';
  readonly cardId: string;
  readonly pinAccount: string;
  readonly pin?: string;
  readonly earlier?: string;
}

/**
 * What a released version left: made by running its `npm start`, its demo and a card in each state. Tables are in the
 * order of their foreign keys, rows as to_jsonb tells them; files of the token are base64.
 */
interface Released {
  readonly migrations: readonly string[];
  readonly cards: readonly ReleasedCard[];
  readonly token: { readonly label: string; readonly pin: string; readonly files: Record<string, string> };
  readonly tables: readonly { readonly table: string; readonly rows: readonly string[] }[];
}

export interface ReleasedState extends AsyncDisposable {
  readonly cards: readonly ReleasedCard[];
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  readonly token: {
    readonly module: string;
    readonly tokenLabel: string;
    readonly tokenPin: TokenPin;
    readonly environment: NodeJS.ProcessEnv;
  };
}

/** Database and token as the released version left them, then brought up to date as `npm start` does. */
export async function upgradeReleased(name: string): Promise<ReleasedState> {
  const file = join(PROJECT_ROOT, 'test/upgrade/released', `${name}.json.gz`);
  const released = JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as Released;
  const cluster = inject('postgres');
  const database = `released_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, (superuser) => prepareRoles(superuser, { ...cluster, database }));
  const ownerUrl = urlOf(cluster, database, OWNER_ROLE, cluster.ownerPassword);
  const directory = await mkdtemp(join(tmpdir(), 'pinward-released-'));
  await restoreRows(ownerUrl, released);
  const keysFile = await restoreToken(directory, released.token);

  const owner = await createDataSource(ownerUrl, { poolSize: 2 }).initialize();
  await migrate(owner);
  await registerNewKeys(owner, parseKeysFile(await readFile(keysFile, 'utf8')));
  await owner.destroy();
  return {
    cards: released.cards,
    ownerUrl,
    serviceUrl: urlOf(cluster, database, SERVICE_ROLE, cluster.servicePassword),
    token: {
      module: SOFTHSM_MODULE,
      tokenLabel: released.token.label,
      tokenPin: new TokenPin(released.token.pin),
      environment: { PATH: process.env['PATH'], SOFTHSM2_CONF: join(directory, 'softhsm2.conf') },
    },
    async [Symbol.asyncDispose]() {
      await asSuperuser(cluster, (superuser) => superuser.query(`DROP DATABASE ${database} WITH (FORCE)`));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The schema as of then (a released migration never changes), and the rows. */
async function restoreRows(url: string, { migrations, tables }: Released): Promise<void> {
  const { options } = createDataSource(url, { poolSize: 2 });
  const known = options.migrations as readonly { readonly name: string }[];
  const owner = await new DataSource({
    ...options,
    migrations: known.filter((migration) => migrations.includes(migration.name)) as never,
  }).initialize();
  await owner.runMigrations({ transaction: 'all' });
  await makePartitions(owner, tables);
  for (const { table, rows } of tables) {
    await owner.query(`DELETE FROM ${table}`);
    await insertRows(owner, table, rows);
  }
  // The rows have come into another cluster, whose transaction ids mean something else (docs/audit.md).
  if (tables.some(({ table }) => table === 'audit_sealing')) {
    await owner.query(
      `UPDATE audit_sealing SET snapshot = pg_current_snapshot(), cluster = (SELECT system_identifier FROM pg_control_system())`,
    );
  }
  await owner.destroy();
}

async function insertRows(owner: DataSource, table: string, rows: readonly string[]): Promise<void> {
  const columns = await owner.query<{ name: string }[]>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'xid'`,
    [table],
  );
  const names = columns.map(({ name }) => name).join(', ');
  await owner.query(
    `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${names} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
    [`[${rows.join(',')}]`],
  );
  const identities = await owner.query<{ name: string }[]>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attidentity <> ''`,
    [table],
  );
  for (const { name } of identities) {
    await owner.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${name}'), (SELECT max(${name}) FROM ${table}))`,
    );
  }
}

/** Those of the days then. */
async function makePartitions(owner: DataSource, tables: Released['tables']): Promise<void> {
  const valuesOf = (table: string, column: string) => [
    ...new Set(
      (tables.find((rows) => rows.table === table)?.rows ?? []).map((row) =>
        String((JSON.parse(row) as Record<string, unknown>)[column]),
      ),
    ),
  ];
  const make = (parent: string, suffix: string, bounds: string) =>
    owner.query('SELECT pinward_make_partition($1, $2, $3)', [parent, `${parent}_${suffix}`, bounds]);
  for (const day of valuesOf('idempotency_records', 'created_on')) {
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await make('idempotency_records', day.replaceAll('-', ''), `FROM ('${day}') TO ('${next}')`);
  }
  const months = valuesOf('audit_events', 'occurred_at').map((time) => time.slice(0, 7));
  for (const month of new Set(months)) {
    const first = new Date(`${month}-01T00:00:00Z`);
    const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1))
      .toISOString()
      .slice(0, 10);
    const bounds = `FROM ('${month}-01 00:00:00+00') TO ('${next} 00:00:00+00')`;
    await make('audit_events', month.replace('-', ''), bounds);
  }
  for (const kid of valuesOf('pin_envelopes', 'kid')) {
    await make('pin_envelopes', kid.replaceAll('-', '_'), `IN ('${kid}')`);
  }
}

/** With the keys that came later, as `npm start` makes them. @returns the file of all fingerprints */
async function restoreToken(directory: string, { label, pin, files }: Released['token']): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, 'tokens', name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, Buffer.from(content, 'base64'), { mode: 0o600 });
  }
  await writeConfiguration(directory);
  const pinFile = join(directory, 'pin');
  await writeFile(pinFile, pin, { mode: 0o600 });
  const out = join(directory, 'keys.json');
  // The officer is not needed: the token and its wrapping key are there.
  await run(process.execPath, [
    SET_UP,
    '--module',
    SOFTHSM_MODULE,
    '--label',
    label,
    '--user-pin-file',
    pinFile,
    '--so-pin-file',
    pinFile,
    '--conf',
    join(directory, 'softhsm2.conf'),
    '--out',
    out,
  ]);
  return out;
}
