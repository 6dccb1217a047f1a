import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate, OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import { isUsable, type RegisteredKey } from '#libs/hsm';
import { readRegisteredKeys, registerNewKeys } from '#libs/keys';
import { privateDirectory, VAR } from '../bootstrap/paths.mjs';
import { tell, warn } from '../bootstrap/terminal.mjs';
import { startPostgres } from '../embedded-postgres/server.js';
import { developmentClients, type DevelopmentClient } from './development-clients.js';
import type { DevelopmentEnvironment } from './environment.js';
import { ownSecret } from './secrets.js';

const DATABASE = 'pinward';

/** The contents of the development service's database. */
export interface Prepared {
  /** Of the service's role. */
  readonly serviceUrl: string;
  readonly clients: readonly DevelopmentClient[];
  /** The thumbprints that apps pin: of the manifest key, and of the next one. */
  readonly manifestPins: readonly string[];
}

export interface Database {
  /** Makes roles, schema, registered keys and clients; changes nothing the second time. */
  prepare(keys: readonly RegisteredKey[]): Promise<Prepared>;
  stop(): Promise<void>;
}

interface Urls {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
}

/** The database of DATABASE_URL, otherwise a PostgreSQL below var/, started here. */
export async function openDatabase({ databaseUrl, ownerUrl }: DevelopmentEnvironment): Promise<Database> {
  if (databaseUrl === undefined) return await ownDatabase();
  if (ownerUrl === undefined) {
    warn([
      'MIGRATION_DATABASE_URL is not set, so the schema will belong to the role of DATABASE_URL. A service that',
      'owns its schema could rewrite its own audit trail: development only.',
    ]);
  }
  const urls = { ownerUrl: ownerUrl ?? databaseUrl, serviceUrl: databaseUrl };
  return { prepare: (keys) => fill(urls, keys), stop: async () => undefined };
}

async function ownDatabase(): Promise<Database> {
  const server = await startPostgres({
    dataDir: join(VAR, 'postgres'),
    superuserPassword: ownSecret('db-superuser-password').value,
    endsWithParent: true,
    log: tell,
  });
  return {
    prepare: async (keys) => await fill(await withRoles(server.superuserUrl), keys),
    stop: () => server.stop(),
  };
}

async function withRoles(superuserUrl: string): Promise<Urls> {
  const ownerPassword = ownSecret('db-owner-password').value;
  const servicePassword = ownSecret('db-service-password').value;
  await using superuser = await connect(superuserUrl);
  await prepareRoles(superuser.dataSource, { ownerPassword, servicePassword, database: DATABASE });
  return {
    ownerUrl: urlOf(superuserUrl, OWNER_ROLE, ownerPassword),
    serviceUrl: urlOf(superuserUrl, SERVICE_ROLE, servicePassword),
  };
}

async function fill({ ownerUrl, serviceUrl }: Urls, keys: readonly RegisteredKey[]): Promise<Prepared> {
  await using owner = await connect(ownerUrl);
  await migrate(owner.dataSource, { serviceRole: decodeURIComponent(new URL(serviceUrl).username) });
  if (keys.length > 0) await registerNewKeys(owner.dataSource, keys);
  const secrets = join(privateDirectory('secrets'), 'clients.json');
  const clients = await developmentClients(owner.dataSource, secrets);
  return { serviceUrl, clients, manifestPins: await pinsOf(owner.dataSource) };
}

async function pinsOf(dataSource: DataSource): Promise<readonly string[]> {
  const keys = (await readRegisteredKeys(dataSource)).filter(({ kind }) => kind === 'manifest-signing');
  return keys.filter(isUsable).map(({ fingerprint }) => fingerprint.toString('base64url'));
}

async function connect(url: string) {
  const dataSource = await createDataSource(url, {
    poolSize: 2,
    applicationName: 'pinward-set-up',
    statementTimeoutMs: 0, // a migration takes as long as it takes
  }).initialize();
  return { dataSource, [Symbol.asyncDispose]: () => dataSource.destroy() };
}

function urlOf(server: string, role: string, password: string): string {
  const url = new URL(server);
  url.pathname = `/${DATABASE}`;
  url.username = role;
  url.password = password;
  return url.href;
}
