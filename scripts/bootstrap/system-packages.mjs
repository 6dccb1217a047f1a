// @ts-check
// What the project needs of Debian, looked for as files: a package may have come another way than by dpkg.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';
import { Explained, tell, warn } from './terminal.mjs';

/** Debian's names of the architectures for which Node builds exist. */
const LIBRARIES = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;

const SOFTHSM_MODULES = ['/usr/lib/softhsm/libsofthsm2.so', `${LIBRARIES}/softhsm/libsofthsm2.so`];

/** One of the files of each list must exist. A name without a slash is searched for in PATH. */
const EVIDENCE = {
  softhsm2: [SOFTHSM_MODULES],
  'g++': [['g++']],
  make: [['make']],
  python3: [['python3']],
  'opensc-pkcs11': [[`${LIBRARIES}/pkcs11-spy.so`, `${LIBRARIES}/pkcs11/pkcs11-spy.so`]],
  'p11-kit': [['p11-kit', '/usr/bin/p11-kit']],
  'p11-kit-modules': [[`${LIBRARIES}/pkcs11/p11-kit-client.so`]],
  'redis-server': [['redis-server', '/usr/bin/redis-server']],
  pgbouncer: [['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer']],
  haproxy: [['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy']],
  'postgresql-client': [['psql', '/usr/bin/psql']],
  systemd: [['systemd-analyze']],
  prometheus: [['promtool']],
  chromium: [['/usr/bin/chromium', '/usr/bin/chromium-browser']],
  curl: [['curl']],
  openssl: [['openssl']],
  jq: [['jq']],
  'python3-cryptography': [['/usr/lib/python3/dist-packages/cryptography/__init__.py']],
  'libnss3-tools': [[`${LIBRARIES}/libsoftokn3.so`, `${LIBRARIES}/nss/libsoftokn3.so`], ['certutil']],
};

/** @typedef {keyof typeof EVIDENCE} Package */

/** Always needed: the development token, and a compiler for the native PKCS#11 binding. */
export const TOKEN_PACKAGES = /** @type {const} */ (['softhsm2']);
export const COMPILER_PACKAGES = /** @type {const} */ (['g++', 'make', 'python3']);

/**
 * Without these the tests that need them are skipped: pkcs11-spy, NSS as a second PKCS#11 module, Redis, a token behind
 * a socket, a pooler in front of PostgreSQL, a balancer in front of replicas, psql, what judges a unit of
 * systemd, what judges alerting rules, a browser for the PIN pad,
 * and what the programs of docs/integration use.
 */
export const EXTRA_PACKAGES = /** @type {const} */ ([
  'opensc-pkcs11',
  'libnss3-tools',
  'redis-server',
  'p11-kit',
  'p11-kit-modules',
  'pgbouncer',
  'haproxy',
  'postgresql-client',
  'systemd',
  'prometheus',
  'chromium',
  'curl',
  'openssl',
  'jq',
  'python3-cryptography',
]);

/** The development token's module; a path that does not exist if softhsm2 is missing. */
export function softhsmModule() {
  return SOFTHSM_MODULES.find((file) => existsSync(file)) ?? SOFTHSM_MODULES.join(' or ');
}

/**
 * @template {Package} Name
 * @param {readonly Name[]} names
 * @param {(file: string) => boolean} [present]
 * @returns {Name[]}
 */
export function missingPackages(names, present = isPresent) {
  return [...new Set(names)].filter((name) => !EVIDENCE[name].every((files) => files.some(present)));
}

/** @param {string} file */
function isPresent(file) {
  if (file.includes('/')) return existsSync(file);
  return (process.env.PATH ?? '').split(':').some((directory) => {
    try {
      accessSync(join(directory, file), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * @typedef {{ essential: readonly string[], extra: readonly string[] }} Missing
 * @typedef {{ action: 'nothing' | 'install' | 'refuse' | 'go-on', lines: readonly string[] }} Decision
 */

/**
 * Decides what to do about missing packages.
 *
 * @param {Missing} missing
 * @param {{ mayTouchSystem: boolean, asRoot: readonly string[] | null }} rights words before a command that must run
 *   as root, or null when this user cannot
 * @returns {Decision}
 */
export function decide({ essential, extra }, { mayTouchSystem, asRoot }) {
  const names = [...essential, ...extra];
  if (names.length === 0) return { action: 'nothing', lines: [] };
  if (mayTouchSystem && asRoot !== null) return { action: 'install', lines: [] };
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  const lines = [
    `Missing system packages: ${names.join(' ')}. Install them with`,
    `  ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names.join(' ')}`,
  ];
  if (essential.length > 0) return { action: 'refuse', lines };
  if (mayTouchSystem) {
    return { action: 'refuse', lines: [...lines, 'or skip the tests that need them with PINWARD_NO_APT=1.'] };
  }
  return { action: 'go-on', lines: [...lines, 'Until then the tests that need them are SKIPPED.'] };
}

/**
 * @param {Missing} missing
 * @returns {Decision & { asRoot: readonly string[] | null }}
 */
export function decideHere(missing) {
  const mayTouchSystem = !['1', 'true'].includes(process.env.PINWARD_NO_APT ?? '');
  const needed = missing.essential.length + missing.extra.length > 0;
  const asRoot = needed && mayTouchSystem ? wordsForRoot() : null;
  return { ...decide(missing, { mayTouchSystem, asRoot }), asRoot };
}

/** @returns {readonly string[] | null} */
function wordsForRoot() {
  if (!isPresent('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} asRoot
 */
export async function installPackages(names, asRoot) {
  tell(`installing system packages: ${names.join(' ')}`);
  const apt = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-o',
    'DPkg::Lock::Timeout=300',
  ];
  const steps = [['update'], ['install', '-y', '--no-install-recommends', ...names]];
  for (const step of steps) {
    const [file = '', ...args] = [...apt, ...step];
    // apt-get prints much; all of it goes to stderr.
    const status = await run(file, args, { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Explained(`apt-get ${step.join(' ')} failed (exit status ${status}).`);
  }
}

/**
 * Carries out a decision that does not change the system.
 *
 * @param {Decision} decision
 * @throws {Explained} when the command cannot go on
 */
export function explainMissing({ action, lines }) {
  if (action === 'refuse') throw new Explained(lines.join('\n'));
  if (action === 'go-on') warn(lines);
}
