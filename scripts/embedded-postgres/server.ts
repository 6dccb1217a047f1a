// The project's own PostgreSQL server for development and tests, from the binaries that npm installed.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hostInUrl, LOOPBACK } from '../network/loopback.js';
import { findBinaries, findRunner, run, spawnOptions, type Runner } from './binaries.js';
import { readPostmaster, removeStaleLock, stopPostmaster } from './postmaster.js';

/**
 * By this name the service recognises such a server and refuses it in production (libs/database, which must not import
 * this).
 */
export const CLUSTER_NAME = 'pinward-embedded';

const SUPERUSER = 'postgres';
const MAJOR_VERSION = '18';
const START_DEADLINE_MS = 60_000;
const START_ATTEMPTS = 5;

const SETTINGS = {
  cluster_name: CLUSTER_NAME,
  listen_addresses: LOOPBACK,
  unix_socket_directories: '',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The detail of a failing row, or the text of a failing ALTER ROLE, would put verifiers or passwords into the log.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Faster, but a power failure loses acknowledged commits: never for a test of durability. */
const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export interface PostgresOptions {
  /** The directory of the cluster; made when missing or empty, its parent too, mode 0700. */
  readonly dataDir: string;
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** False switches fsync, synchronous_commit and full_page_writes off: ordinary tests only. Default true. */
  readonly durable?: boolean;
  /** In place of, or besides, the ones below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The kernel stops the server when the process that started it dies. Default false. */
  readonly endsWithParent?: boolean;
  /** Of the superuser `postgres`; the cluster must have been made with it. */
  readonly superuserPassword: string;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  /** Database `postgres`, password included: a secret. */
  readonly superuserUrl: string;
  readonly pid: number;
  /**
   * Fast shutdown; `immediate` leaves recovery to the next start, like a crash. Does nothing when the server has ended.
   */
  stop(options?: { readonly immediate?: boolean }): Promise<void>;
}

/** Data passed between the steps of a start. */
interface Place {
  readonly native: string;
  readonly runner: Runner;
}

/**
 * Starts the server whose cluster is in `dataDir`, and makes the cluster if the directory is missing or empty. A server
 * that an earlier process left running there is taken over, or restarted if its settings differ.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port = 0, durable = true, endsWithParent = false, superuserPassword, log } = options;
  const chosen = { ...SETTINGS, ...(durable ? {} : FORGETFUL), ...options.settings };
  const native = findBinaries();
  const runner = findRunner(native);
  if (!existsSync(join(dataDir, 'PG_VERSION')))
    makeCluster({ native, runner }, { dataDir, superuserPassword, durable });
  const version = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR_VERSION)
    throw new Error(`${dataDir} was made by PostgreSQL ${version}, not ${MAJOR_VERSION}`);

  const directory = realpathSync(dataDir);
  const args = [
    '-D',
    directory,
    ...Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  let server: { readonly pid: number; readonly port: number } | null = null;
  const running = readPostmaster(directory);
  if (running !== null && running.runs(args) && (port === 0 || running.port === port)) {
    log?.(`Taking over the PostgreSQL that was left running in ${directory} (pid ${running.pid})`);
    server = running;
  } else if (running !== null) {
    log?.(
      `Stopping the PostgreSQL that was left running in ${directory} with other settings (pid ${running.pid})`,
    );
    await stopPostmaster(running.pid, directory);
  }
  server ??= await launch({ native, runner }, { directory, args, port, endsWithParent });
  await untilReady(directory, server.pid);

  const { pid } = server;
  return {
    host: LOOPBACK,
    port: server.port,
    superuserUrl: `postgresql://${SUPERUSER}:${encodeURIComponent(superuserPassword)}@${hostInUrl(LOOPBACK)}:${server.port}/postgres`,
    pid,
    stop: ({ immediate = false } = {}) => stopPostmaster(pid, directory, { immediate }),
  };
}

/** Made beside its final place and renamed, so that an interrupted initdb never looks like a cluster. */
function makeCluster(
  { native, runner }: Place,
  {
    dataDir,
    superuserPassword,
    durable,
  }: Required<Pick<PostgresOptions, 'dataDir' | 'superuserPassword' | 'durable'>>,
): void {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new Error(`${dataDir} is neither empty nor a PostgreSQL cluster`);
  }
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o700 });
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  // initdb reads the password from a separate file, which must be a regular one.
  const secrets = mkdtempSync(join(tmpdir(), 'pinward-initdb-'));
  try {
    const passwordFile = join(secrets, 'password');
    writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    if (runner.owner !== undefined) {
      chmodSync(dirname(dataDir), 0o711); // may be passed through, but not read
      for (const path of [unfinished, secrets, passwordFile]) chownSync(path, runner.owner, runner.owner);
    }
    const done = run(runner, join(native, 'bin/initdb'), [
      '-D',
      unfinished,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth-host=scram-sha-256',
      '--auth-local=reject',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ]);
    if (done.status !== 0) throw new Error(`initdb failed: ${done.error?.message ?? done.stderr.trim()}`);
    renameSync(unfinished, dataDir);
  } finally {
    rmSync(secrets, { recursive: true, force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * A free port may be taken a moment later, and backends of a killed server need a moment to end: then it is tried
 * again.
 */
async function launch(
  { native, runner }: Place,
  {
    directory,
    args,
    port,
    endsWithParent,
  }: {
    readonly directory: string;
    readonly args: readonly string[];
    readonly port: number;
    readonly endsWithParent: boolean;
  },
): Promise<{ readonly pid: number; readonly port: number }> {
  removeStaleLock(directory);
  const logFile = join(directory, 'server.log');
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port === 0 ? await freePort() : port;
    const logFd = openSync(logFile, 'a', 0o600);
    const guard = endsWithParent ? ['setpriv', '--pdeathsig', 'INT', '--'] : [];
    const words = [...runner.prefix, ...guard, join(native, 'bin/postgres'), ...args, '-c', `port=${chosen}`];
    const [file = '', ...rest] = words;
    // Detached: Ctrl-C must reach the service first, which still needs the database to drain.
    const child = spawn(file, rest, {
      ...spawnOptions(runner),
      cwd: directory,
      detached: true,
      stdio: ['ignore', logFd, logFd],
    });
    closeSync(logFd);
    child.unref();
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const pid = child.pid ?? 0;
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    if (await untilReady(directory, pid, ended)) return { pid, port: chosen };
    if (attempt === START_ATTEMPTS) {
      const lastWords = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
      throw new Error(`PostgreSQL did not start:\n${lastWords}`);
    }
    await pause(200 * attempt);
  }
}

async function untilReady(directory: string, pid: number, ended = () => false): Promise<boolean> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!readPostmaster(directory, pid)?.ready) {
    if (ended()) return false;
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL in ${directory} was not ready in time (pid ${pid})`);
    await pause(10);
  }
  return true;
}

/** PostgreSQL cannot be asked to listen on port 0. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
