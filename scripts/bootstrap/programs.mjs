// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findNode, isRecentEnough } from './node-runtime.mjs';
import { DIST, ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/** @param {string} name of a command */
export function hasProgram(name) {
  return existsSync(fileOf(name));
}

/** @param {string} name */
function fileOf(name) {
  return join(DIST, `scripts/commands/${name.replace(':', '-')}.js`);
}

/**
 * Goes on with what is compiled, in this process: scripts/commands/NAME.ts (with - for :), whose default export takes the arguments and
 * gives the exit status. Where this Node.js is too old, another one begins the command again.
 *
 * @param {string} name of the command
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function runProgram(name, args) {
  if (!isRecentEnough(process.versions.node))
    return await run(findNode(), [join(ROOT, 'scripts/bootstrap.mjs'), name, ...args]);
  process.setSourceMapsEnabled(true);
  const program = await import(pathToFileURL(fileOf(name)).href);
  return await program.default(args);
}
