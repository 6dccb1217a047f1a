import type { DataSource, EntityManager } from 'typeorm';
import { MIGRATIONS_TABLE } from './data-source.js';
import { createFunctions, functionsAreCreated } from './functions.js';
import { grantToService, SERVICE_ROLE } from './grants.js';
import { prepareJobQueue } from './job-queue.js';
import { MIGRATIONS } from './migrations/index.js';

/** Any number, the same in every process that migrates. */
const MIGRATION_LOCK = 7_465_231_806;
const LOCK_PATIENCE_MS = 60_000;

/**
 * Brings the schema up to date, creates its functions anew, sets the service role's rights and makes the partitions of
 * the days ahead. Runs as the schema's owner. Two at once wait for each other, and a second run changes nothing.
 *
 * @param options.serviceRole the role of the service's login; must exist. Default "pinward_service".
 * @param options.patienceMs how long to wait for another migration. Default a minute.
 * @throws Error that names who migrates, when that takes longer
 */
export async function migrate(
  dataSource: DataSource,
  options: { readonly serviceRole?: string; readonly patienceMs?: number } = {},
): Promise<void> {
  await dataSource.transaction(async (guard) => {
    await lockMigrations(dataSource, guard, options.patienceMs ?? LOCK_PATIENCE_MS);
    await dataSource.runMigrations({ transaction: 'all' });
    await prepareJobQueue(dataSource);
    await dataSource.transaction(async (manager) => {
      await createFunctions(manager);
      await grantToService(manager, options.serviceRole ?? SERVICE_ROLE);
    });
    await dataSource.query('SELECT pinward_ensure_partitions()');
  });
}

/**
 * A transaction's lock, which ends with it even if a pooler keeps the backend. The transaction holds no snapshot and
 * writes nothing.
 *
 * @throws Error that names the holder when the patience ends
 */
async function lockMigrations(
  dataSource: DataSource,
  guard: EntityManager,
  patienceMs: number,
): Promise<void> {
  await guard.query(`SET LOCAL idle_in_transaction_session_timeout = 0`);
  await guard.query(
    `SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true)`,
    [`${patienceMs}ms`],
  );
  try {
    await guard.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  } catch (cause) {
    const holders = await dataSource.query<{ holder: string }[]>(LOCK_HOLDERS, [MIGRATION_LOCK]);
    const names = holders.map(({ holder }) => holder).join(', ');
    throw new Error(
      `another migration holds its lock (${names || 'by now no more'}): try again when it is over`,
      {
        cause,
      },
    );
  }
}

const LOCK_HOLDERS = `
SELECT format('backend %s of %s since %s', pid, application_name, backend_start) AS holder
  FROM pg_locks JOIN pg_stat_activity USING (pid)
 WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = $1`;

/**
 * Names of the migrations that this code needs and this database lacks, with `functions` if those are older. It only
 * reads, so the service may call it.
 */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ present: boolean }[]>(
    'SELECT to_regclass($1) IS NOT NULL AS present',
    [MIGRATIONS_TABLE],
  );
  const done =
    table?.present === true
      ? await dataSource.query<{ name: string }[]>(`SELECT name FROM ${MIGRATIONS_TABLE}`)
      : [];
  const names = new Set(done.map(({ name }) => name));
  const pending = MIGRATIONS.map(({ name }) => name).filter((name) => !names.has(name));
  if (pending.length > 0) return pending;
  return (await functionsAreCreated(dataSource.manager)) ? [] : ['functions'];
}
