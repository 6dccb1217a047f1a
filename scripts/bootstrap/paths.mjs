// @ts-check
// Where things are, all absolute: commands are not always run from the project's root.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of package.json. It is searched for, since this file is also compiled into programs in other
 * directories.
 */
export const ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));
export const NODE_MODULES = join(ROOT, 'node_modules');
export const DIST = join(ROOT, 'dist');
/** Runs the compiled service, on the Node that PINWARD_NODE names. */
export const SERVICE = join(ROOT, 'apps/pin-service/bin/pin-service');

/** Protects node_modules and dist, so there is one for the checkout. */
export const PREPARATION_LOCK = join(ROOT, 'var/bootstrap.lock');

/** All data of this machine's own: secrets, clusters, tokens. Other users must not read it. */
export const VAR = resolve(ROOT, process.env.PINWARD_VAR_DIR ?? 'var');

/** Held for as long as the development service runs. */
export const START_LOCK = join(VAR, 'start.lock');

/** Written when the development service is ready, and removed when it stops. */
export const DEVELOPMENT_FILE = join(VAR, 'dev.json');

/** Where the development service writes the codes of one-time passwords, since it has no message gateway. */
export const DEVELOPMENT_OUTBOX = join(VAR, 'dev-outbox.ndjson');

/** Where the development service keeps the newest checkpoint of its audit trail. */
export const AUDIT_CHECKPOINT = join(VAR, 'audit-checkpoint');

/**
 * A directory under var/, made when missing.
 *
 * @param {...string} names
 */
export function privateDirectory(...names) {
  const path = join(VAR, ...names);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** @param {string} directory @returns {string} */
function rootAbove(directory) {
  const parent = dirname(directory);
  return existsSync(join(directory, 'package.json')) || parent === directory ? directory : rootAbove(parent);
}
