// @ts-check
import { join } from 'node:path';
import { findNode } from './node-runtime.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * Changes the code in one small place at a time, and checks whether a test fails (test/mutants).
 *
 * @param {readonly string[]} args of the caller, for Stryker: `--mutate FILE` takes one file
 * @returns {Promise<number>} the exit status
 */
export async function makeMutants(args) {
  const stryker = join(NODE_MODULES, '@stryker-mutator/core/bin/stryker.js');
  const configuration = join(ROOT, 'test/mutants/stryker.config.mjs');
  return await run(findNode(), [stryker, 'run', configuration, ...args], { cwd: ROOT });
}
