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
import type { Settings } from './config/schema.js';
import { LastingFault } from './logging/lasting-fault.js';
import { StartRefused } from './start-refused.js';

const logger = new Logger('Database');
const idle = new LastingFault(logger, 'an idle database connection was lost');

/**
 * Connects and refuses what would break the promise: forgetful commits, a schema of another version, and in
 * production a development server or a role that could rewrite its own audit trail.
 *
 * @throws StartRefused
 */
export async function openDatabase(settings: Settings): Promise<DataSource> {
  const url = settings.DATABASE_URL.reveal();
  const session = {
    poolSize: settings.DATABASE_POOL_SIZE,
    applicationName: 'pinward-service',
    onIdleConnectionFault: (fault: unknown) => idle.tell(fault),
  };
  const dataSource = createDataSource(url, session);
  await dataSource.initialize().catch((cause: unknown) => {
    throw new StartRefused(`DATABASE_URL: ${refusedConnection(cause, url)}`, { cause });
  });
  try {
    await refuseUnreliableSessions(dataSource, session);
    await refuseUnfit(dataSource, settings);
    // A service that was away for long begins with the partitions of today.
    await ensurePartitions(dataSource);
    return dataSource;
  } catch (fault) {
    await dataSource.destroy();
    throw fault;
  }
}

/** Nothing that such a session reads or writes means what it says, so nothing else is asked of it. */
async function refuseUnreliableSessions(dataSource: DataSource, session: DatabaseSettings): Promise<void> {
  const server = await serverFindings(dataSource, session);
  if (server.faults.length > 0) throw new StartRefused(`DATABASE_URL: ${server.faults.join('; ')}`);
  for (const warning of server.warnings) logger.warn(warning);
  const unkept = await keptSessionFault(dataSource);
  const faults = unkept === null ? await sessionFaults(dataSource, session) : [unkept];
  if (faults.length > 0) throw new StartRefused(`sessions of DATABASE_URL are unfit: ${faults.join('; ')}`);
}

/** Their secrets lie in some developer's directory. */
async function developmentClientFaults(dataSource: DataSource): Promise<readonly string[]> {
  const clients = await dataSource.getRepository(ApiClientEntity).find({
    where: { clientId: Like(`${DEVELOPMENT_CLIENT_PREFIX}%`), revokedAt: IsNull() },
    order: { clientId: 'ASC' },
  });
  return clients.map(({ clientId }) => `the development client ${clientId} may still call: revoke it`);
}

async function refuseUnfit(dataSource: DataSource, settings: Settings): Promise<void> {
  if (await isReadOnly(dataSource))
    throw new StartRefused(
      'the database of DATABASE_URL takes no writes: it is a standby, or set to read-only; lead DATABASE_URL to the primary',
    );
  const refusals: string[] = [];
  const pending = await pendingMigrations(dataSource);
  if (pending.length > 0) refusals.push(`the database lacks migrations: ${pending.join(', ')}`);
  if (settings.PINWARD_ENV !== 'test') {
    await assertDurable(dataSource).catch((fault: Error) => refusals.push(fault.message));
  }
  const roleFaults = await serviceRoleFaults(dataSource);
  if (settings.PINWARD_ENV === 'production') {
    if (!(await waitsForStandby(dataSource)))
      logger.warn(
        'no commit waits for a standby (synchronous_standby_names): a fail-over forgets tries, and has to be reconciled',
      );
    refusals.push(...roleFaults.map((fault) => `the role of DATABASE_URL is too strong: ${fault}`));
    refusals.push(...(await developmentClientFaults(dataSource)));
    if (await isEmbeddedCluster(dataSource)) {
      refusals.push('the embedded PostgreSQL is for development and tests only (DATABASE_URL)');
    }
  } else {
    for (const fault of roleFaults) logger.warn(`the service's role is too strong: ${fault}`);
  }
  if (refusals.length > 0) throw new StartRefused(refusals.join('; '));
}
