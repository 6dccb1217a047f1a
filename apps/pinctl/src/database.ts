import type { DataSource } from 'typeorm';
import {
  createDataSource,
  keptSessionFault,
  pendingMigrations,
  refusedConnection,
  serverFindings,
  sessionFaults,
} from '#libs/database';
import type { SecretText } from '#libs/secret-text';
import { loadSettings } from './config/settings.js';
import { Refused } from './terminal/refused.js';

/**
 * Opens the database for one piece of work, whatever its schema is.
 *
 * @param statementTimeoutMs 0 for work that reads whole tables
 * @throws Refused when it cannot be reached
 */
export async function connected(
  url: SecretText,
  work: (dataSource: DataSource) => Promise<void>,
  statementTimeoutMs = 0,
): Promise<void> {
  const options = { poolSize: 2, applicationName: 'pinctl', statementTimeoutMs };
  const dataSource = createDataSource(url.reveal(), options);
  await dataSource.initialize().catch((fault: unknown) => {
    throw new Refused(refusedConnection(fault, url.reveal()), { cause: fault });
  });
  try {
    const { faults: serverFaults } = await serverFindings(dataSource, { poolSize: options.poolSize });
    if (serverFaults.length > 0) throw new Refused(serverFaults.join('; '));
    const unkept = await keptSessionFault(dataSource);
    const faults = unkept === null ? await sessionFaults(dataSource, options) : [unkept];
    if (faults.length > 0) throw new Refused(`the database's sessions are unfit: ${faults.join('; ')}`);
    await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const STATEMENT_TIMEOUT_MS = 10_000;

/** The same on the schema of this version. @throws Refused when migrations are missing */
export async function withDatabase(
  url: SecretText,
  work: (dataSource: DataSource) => Promise<void>,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): Promise<void> {
  const checked = async (dataSource: DataSource) => {
    const pending = await pendingMigrations(dataSource);
    if (pending.length > 0)
      throw new Refused(`the database lacks migrations: ${pending.join(', ')}; pinctl db migrate`);
    await work(dataSource);
  };
  await connected(url, checked, statementTimeoutMs);
}

/** The same as the owner of the schema, who may do more than the service's role; statements have no time-out. */
export async function withOwner(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  await withDatabase(ownerUrl(), work, 0);
}

/** @throws Refused when it is not set */
export function ownerUrl(): SecretText {
  const { ownerUrl: url } = loadSettings();
  if (url === null)
    throw new Refused("set MIGRATION_DATABASE_URL(_FILE): only the schema's owner may do this");
  return url;
}
