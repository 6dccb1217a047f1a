import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { RUN_FOLDER, runFolder } from './run-folder.js';
import {
  startPostgres,
  type EmbeddedPostgres,
  type PostgresOptions,
} from '../../scripts/embedded-postgres/server.js';
import { PATIENCE_MS } from '../support/until.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestCluster;
  }
}

/** How to reach a cluster, and the passwords of its two roles. */
export interface TestCluster {
  readonly superuserUrl: string;
  readonly ownerPassword: string;
  readonly servicePassword: string;
}

/** A cluster that can be stopped, killed and started again. */
export interface TestServer extends TestCluster {
  /** Number of the server process; changes with a restart. */
  pid(): number;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** Like a crash: no checkpoint, and recovery at the next start. */
  stopImmediately(): Promise<void>;
  /** On the same port, so that addresses stay valid. */
  start(): Promise<void>;
  dispose(): Promise<void>;
}

const FOLDER = 'pinward-postgres-';

/** Vitest's globalSetup: one server for the whole run, without fsync. The kernel ends it with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { superuserUrl, ownerPassword, servicePassword, dispose } = await startTestServer({ durable: false });
  project.provide('postgres', { superuserUrl, ownerPassword, servicePassword });
  return async () => {
    await dispose();
    await rm(runFolder(process.pid), { recursive: true, force: true });
  };
}

/** `durable: true` for tests that crash it: fsync, synchronous_commit and full_page_writes stay on. */
export async function startTestServer({
  durable,
  settings = {},
}: Pick<PostgresOptions, 'settings'> & { readonly durable: boolean }): Promise<TestServer> {
  await removeOrphans();
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const superuserPassword = password();
  const start = (port: number): Promise<EmbeddedPostgres> =>
    startPostgres({
      dataDir: join(folder, 'data'),
      port,
      durable,
      settings,
      superuserPassword,
      endsWithParent: true,
    });
  let server = await start(0);
  const { superuserUrl, port } = server;
  return {
    superuserUrl,
    ownerPassword: password(),
    servicePassword: password(),
    pid: () => server.pid,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await untilGone(server.pid);
    },
    stopImmediately: () => server.stop({ immediate: true }),
    start: async () => {
      server = await start(port);
    },
    dispose: async () => {
      await server.stop({ immediate: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server of a killed run ends with it, but its folders stay; their names contain the run's process. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^(?:${FOLDER}|${RUN_FOLDER})(\\d+)`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  // A zombie has no working directory any more, even if no parent reaps it.
  while (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} does not die`);
    await setTimeout(5);
  }
}

function password(): string {
  return randomBytes(18).toString('base64url');
}
