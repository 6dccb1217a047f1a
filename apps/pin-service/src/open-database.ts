import { Logger } from '@nestjs/common';
import { IsNull, Like, type DataSource } from 'typeorm';
import { DEVELOPMENT_CLIENT_PREFIX } from '#libs/api-clients';
import {
  ApiClientEntity,
  assertDurable,
  createDataSource,
  ensurePartitions,
  isEmbeddedCluster,
  isReadOnly,
  keptSessionFault,
  pendingMigrations,
  refusedConnection,
  serverFindings,
  serviceRoleFaults,
  waitsForStandby,
  sessionFaults,
  type DatabaseSettings,
} from '#libs/database';
import { hasProductionRules } from './config/environments.js';
import type { Settings } from './config/schema.js';
import { LastingFault } from './logging/lasting-fault.js';
import { StartRefused } from './start-refused.js';

const logger = new Logger('Database');
const idle = new LastingFault(logger, 'an idle database connection was lost');

/** What prevents a start on this database, and what its operators should know; one sentence each. */
export interface DatabaseFindings {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Connects, and refuses what would break the promise: commits that a crash loses, another version's schema, and in
 * production a development server or a role that could rewrite its own audit trail.
 *
 * @throws StartRefused
 */
export async function openDatabase(settings: Settings): Promise<DataSource> {
  const dataSource = await connectDatabase(settings);
  try {
    const { faults, warnings } = await databaseFindings(dataSource, settings);
    if (faults.length > 0) throw new StartRefused(faults.join('; '));
    for (const warning of warnings) logger.warn(warning);
    // A service that was away for long first needs the partitions of today.
    await ensurePartitions(dataSource);
    return dataSource;
  } catch (fault) {
    await dataSource.destroy();
    throw fault;
  }
}

/** @throws StartRefused when there is no answer, or not for this role */
export async function connectDatabase(settings: Settings): Promise<DataSource> {
  const url = settings.DATABASE_URL.reveal();
  const dataSource = createDataSource(url, sessionOf(settings));
  await dataSource.initialize().catch((cause: unknown) => {
    throw new StartRefused(`DATABASE_URL: ${refusedConnection(cause, url)}`, { cause });
  });
  return dataSource;
}

/** Reads only. */
export async function databaseFindings(
  dataSource: DataSource,
  settings: Settings,
): Promise<DatabaseFindings> {
  const session = sessionOf(settings);
  const server = await serverFindings(dataSource, session);
  if (server.faults.length > 0) return { ...server, faults: [`DATABASE_URL: ${server.faults.join('; ')}`] };
  // Nothing that an unreliable session reads or writes can be trusted, so nothing else is asked.
  const unkept = await keptSessionFault(dataSource);
  const unfit = unkept === null ? await sessionFaults(dataSource, session) : [unkept];
  if (unfit.length > 0)
    return { ...server, faults: [`sessions of DATABASE_URL are unfit: ${unfit.join('; ')}`] };
  if (await isReadOnly(dataSource)) return { ...server, faults: [READ_ONLY] };
  const fit = await fitness(dataSource, settings);
  return { faults: fit.faults, warnings: [...server.warnings, ...fit.warnings] };
}

const READ_ONLY =
  'the database of DATABASE_URL takes no writes: it is a standby, or set to read-only; lead DATABASE_URL to the primary';

function sessionOf(settings: Settings): DatabaseSettings {
  return {
    poolSize: settings.DATABASE_POOL_SIZE,
    applicationName: 'pinward-service',
    onIdleConnectionFault: (fault: unknown) => idle.tell(fault),
  };
}

/** Their secrets are in a developer's directory. */
async function developmentClientFaults(dataSource: DataSource): Promise<readonly string[]> {
  const clients = await dataSource.getRepository(ApiClientEntity).find({
    where: { clientId: Like(`${DEVELOPMENT_CLIENT_PREFIX}%`), revokedAt: IsNull() },
    order: { clientId: 'ASC' },
  });
  return clients.map(({ clientId }) => `the development client ${clientId} may still call: revoke it`);
}

async function fitness(dataSource: DataSource, settings: Settings): Promise<DatabaseFindings> {
  const faults: string[] = [];
  const warnings: string[] = [];
  const pending = await pendingMigrations(dataSource);
  if (pending.length > 0)
    faults.push(`the database lacks migrations: ${pending.join(', ')}; run pinctl db migrate`);
  if (settings.PINWARD_ENV !== 'test') {
    await assertDurable(dataSource).catch((fault: Error) => faults.push(fault.message));
  }
  const roleFaults = await serviceRoleFaults(dataSource);
  if (!hasProductionRules(settings)) {
    return {
      faults,
      warnings: roleFaults.map((fault) => `the service's role is too strong: ${fault}`),
    };
  }
  if (!(await waitsForStandby(dataSource)))
    warnings.push(
      'no commit waits for a standby (synchronous_standby_names): a fail-over forgets tries, and has to be reconciled',
    );
  faults.push(...roleFaults.map((fault) => `the role of DATABASE_URL is too strong: ${fault}`));
  faults.push(...(await developmentClientFaults(dataSource)));
  if (await isEmbeddedCluster(dataSource))
    faults.push('the embedded PostgreSQL is for development and tests only (DATABASE_URL)');
  return { faults, warnings };
}
