import type { DataSource } from 'typeorm';
import { MIGRATIONS_TABLE } from './data-source.js';
import { createFunctions, functionsAreCreated } from './functions.js';
import { grantToService, SERVICE_ROLE } from './grants.js';
import { prepareJobQueue } from './job-queue.js';
import { MIGRATIONS } from './migrations/index.js';

/** Any number, the same in every process that migrates. */
const MIGRATION_LOCK = 7_465_231_806;

/**
 * Brings the schema up to date, creates its functions anew, sets the service role's rights and makes the partitions of the days ahead. Runs as
 * the schema's owner; two at once wait for each other, and a second run changes nothing.
 *
 * @param options.serviceRole the role the service logs in as; must exist. Default "pinward_service".
 */
export async function migrate(
  dataSource: DataSource,
  options: { readonly serviceRole?: string } = {},
): Promise<void> {
  const guard = dataSource.createQueryRunner();
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'all' });
    await prepareJobQueue(dataSource);
    await dataSource.transaction(async (manager) => {
      await createFunctions(manager);
      await grantToService(manager, options.serviceRole ?? SERVICE_ROLE);
    });
    await dataSource.query('SELECT pinward_ensure_partitions()');
  } finally {
    await guard.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await guard.release();
  }
}

/**
 * Names of the migrations that this code needs and this database lacks, `functions` among them where these are older.
 * Only reads, so the service may ask.
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
