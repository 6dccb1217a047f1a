// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BUNDLED_NODE_HOME } from './node-runtime.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { Explained, tell } from './terminal.mjs';

/** Inside node_modules, so that it is removed with them; npm ci removes both before it begins. */
const STAMP = join(NODE_MODULES, '.pinward-installed');

/** The inputs of node_modules: the lock file without the project's own version, and the kind of machine. */
export function dependenciesHash() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  delete packages[''].version;
  const kind = `${process.platform} ${process.arch}\n`;
  return createHash('sha256').update(kind).update(JSON.stringify(packages)).digest('hex');
}

export function dependenciesAreCurrent() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === dependenciesHash();
}

/** Installs exactly what the lock file names. */
export async function installDependencies() {
  tell('installing dependencies (npm ci)');
  const [file, ...before] = npm();
  const wanted = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await run(file, [...before, ...wanted], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...headersForNodeGyp() },
  });
  if (status !== 0) throw new Explained(`npm ci failed (exit status ${status}).`);
  writeFileSync(STAMP, dependenciesHash());
}

/**
 * The npm that started this, on the Node that runs this; otherwise the one in PATH. @returns {[string, ...string[]]}
 */
function npm() {
  const started = process.env.npm_execpath;
  return started && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm'];
}

/**
 * pkcs11js compiles against Node's headers, which node-gyp would download. The bundled Node contains them, and npm
 * unpacks every package before it runs the first install script. pkcs11js uses only Node-API, so the result runs on
 * every Node that the project supports.
 *
 * @returns {NodeJS.ProcessEnv}
 */
function headersForNodeGyp() {
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch)
    ? { npm_config_nodedir: BUNDLED_NODE_HOME }
    : {};
}
