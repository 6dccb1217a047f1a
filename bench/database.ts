import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDataSource, migrate, OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import type { RegisteredKey } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import { PROJECT_ROOT } from '../test/support/project-root.js';

type EmbeddedPostgresModule = typeof import('../scripts/embedded-postgres.mjs');

export interface BenchDatabase {
  /** Of the service's role. */
  readonly url: string;
  /** Of the postmaster; its children are the server's other processes. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** A fresh, durable PostgreSQL: fsync and synchronous_commit as in production. */
export async function startBenchDatabase(
  folder: string,
  keys: readonly RegisteredKey[],
): Promise<BenchDatabase> {
  const module = pathToFileURL(join(PROJECT_ROOT, 'scripts/embedded-postgres.mjs')).href;
  const { startPostgres } = (await import(module)) as EmbeddedPostgresModule;
  const [superuserPassword, ownerPassword, servicePassword] = [password(), password(), password()];
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    superuserPassword,
    endsWithParent: true,
  });
  const superuser = await createDataSource(server.superuserUrl).initialize();
  await prepareRoles(superuser, { ownerPassword, servicePassword });
  await superuser.destroy();
  const url = (role: string, secret: string) =>
    `postgresql://${role}:${secret}@${server.host}:${server.port}/pinward`;
  const owner = await createDataSource(url(OWNER_ROLE, ownerPassword)).initialize();
  await migrate(owner);
  await registerKeys(owner, keys);
  await owner.destroy();
  const [pid] = readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  return { url: url(SERVICE_ROLE, servicePassword), pid: Number(pid), stop: () => server.stop() };
}

function password(): string {
  return randomBytes(18).toString('base64url');
}
