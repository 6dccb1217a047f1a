import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { inject } from 'vitest';
import {
  createDataSource,
  migrate,
  OWNER_ROLE,
  prepareRoles,
  SERVICE_ROLE,
  type DatabaseSettings,
} from '#libs/database';
import type { TestCluster } from './postgres-server.js';

export { startTestServer, type TestCluster, type TestServer } from './postgres-server.js';

/** A migrated, empty database with the tenant `default`. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  /** A data source of the service's role (or of another URL), ended with the database. */
  open(settings?: DatabaseSettings & { readonly url?: string }): Promise<DataSource>;
}

const TEMPLATE = 'pinward_template';

export async function createTestDatabase(cluster: TestCluster = inject('postgres')): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(cluster, async (superuser) => {
    await makeTemplate(cluster, superuser);
    await superuser.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE} TEMPLATE ${TEMPLATE}`);
    await superuser.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await superuser.query(`GRANT CONNECT ON DATABASE ${name} TO ${SERVICE_ROLE}`);
  });
  const serviceUrl = urlOf(cluster, name, SERVICE_ROLE, cluster.servicePassword);
  const opened: DataSource[] = [];
  return {
    name,
    superuserUrl: urlOf(cluster, name),
    ownerUrl: urlOf(cluster, name, OWNER_ROLE, cluster.ownerPassword),
    serviceUrl,
    async open({ url = serviceUrl, ...settings } = {}) {
      const dataSource = await createDataSource(url, { poolSize: 4, ...settings }).initialize();
      opened.push(dataSource);
      return dataSource;
    },
    async [Symbol.asyncDispose]() {
      for (const dataSource of opened.filter(({ isInitialized }) => isInitialized))
        await dataSource.destroy();
      await asSuperuser(cluster, (superuser) => superuser.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** Runs one piece of work on the cluster's own maintenance database. */
export async function asSuperuser<T>(
  cluster: TestCluster,
  work: (superuser: DataSource) => Promise<T>,
): Promise<T> {
  const superuser = await createDataSource(cluster.superuserUrl, { poolSize: 1 }).initialize();
  try {
    return await work(superuser);
  } finally {
    await superuser.destroy();
  }
}

/** Migrating takes longer than copying: the first process does it once for all test files. */
async function makeTemplate(cluster: TestCluster, superuser: DataSource): Promise<void> {
  const lock = 'hashtext($1)';
  await superuser.query(`SELECT pg_advisory_lock(${lock})`, [TEMPLATE]);
  try {
    const [made] = await superuser.query<unknown[]>('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (made !== undefined) return;
    const unfinished = `${TEMPLATE}_unfinished`;
    await prepareRoles(superuser, { ...cluster, database: unfinished });
    const url = urlOf(cluster, unfinished, OWNER_ROLE, cluster.ownerPassword);
    const owner = await createDataSource(url, { poolSize: 2 }).initialize();
    await migrate(owner);
    await owner.destroy();
    await superuser.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
  } finally {
    await superuser.query(`SELECT pg_advisory_unlock(${lock})`, [TEMPLATE]);
  }
}

export function urlOf(
  { superuserUrl }: TestCluster,
  database: string,
  role?: string,
  secret?: string,
): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${database}`;
  if (role !== undefined) url.username = role;
  if (secret !== undefined) url.password = secret;
  return url.href;
}
