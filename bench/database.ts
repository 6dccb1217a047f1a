import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDataSource, migrate, OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import type { RegisteredKey } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import { startPostgres } from '../scripts/embedded-postgres/server.js';

export interface BenchDatabase {
  /** Of the service's role. */
  readonly url: string;
  /** Of the postmaster; the server's other processes are its children. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** A fresh, durable PostgreSQL: fsync and synchronous_commit as in production. */
export async function startBenchDatabase(
  folder: string,
  keys: readonly RegisteredKey[],
): Promise<BenchDatabase> {
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
