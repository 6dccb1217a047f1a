// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_MODULES } from './paths.mjs';
import { Explained } from './terminal.mjs';

/** The oldest Node that the compiled project runs on. */
const OLDEST = [20, 19];

/** The Node that npm installed among the dependencies; it may be missing on other platforms. */
export const BUNDLED_NODE_HOME = join(NODE_MODULES, `node-${process.platform}-${process.arch}`);

/**
 * The Node for everything except the bootstrap: Node 24 from node_modules if there is one for this machine, otherwise
 * the present one if it is not too old.
 *
 * @returns {string} absolute path
 */
export function findNode() {
  const bundled = join(BUNDLED_NODE_HOME, 'bin/node');
  // Its presence is not enough: with another C library it does not start.
  if (existsSync(bundled) && spawnSync(bundled, ['--version']).status === 0) return bundled;
  if (isRecentEnough(process.versions.node)) return process.execPath;
  throw new Explained(
    `Node ${process.versions.node} is too old: ${OLDEST.join('.')} or later is needed, 24 is best. ` +
      '(npm usually brings Node 24 along; there is none for this platform.)',
  );
}

/** @param {string} version */
export function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
