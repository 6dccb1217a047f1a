// @ts-check
import { join } from 'node:path';
import { findNode } from './node-runtime.mjs';
import { NODE_MODULES } from './paths.mjs';
import { run } from './processes.mjs';
import { tell } from './terminal.mjs';
import { judgeWalk } from './walk.mjs';

/** @type {readonly { readonly name: string, readonly program: string, readonly args: readonly string[] }[]} */
const CHECKS = [
  { name: 'format', program: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'types', program: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'types of what runs in browsers',
    program: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'libs/client/src/tsconfig.json'],
  },
  {
    name: 'types of the console',
    program: 'typescript/bin/tsc',
    args: ['--noEmit', '-p', 'apps/console/tsconfig.json'],
  },
  {
    name: 'lint',
    program: 'oxlint/bin/oxlint',
    args: ['--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  {
    name: 'import boundaries',
    program: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', '.dependency-cruiser.mjs', 'apps', 'libs', 'softhsm', 'bench', 'scripts', 'test'],
  },
  { name: 'unused code and packages', program: 'knip/bin/knip.js', args: ['--no-progress'] },
];

/** Runs every check, also after one has failed. @returns {Promise<number>} the exit status */
export async function check() {
  const failed = [];
  for (const { name, program, args } of CHECKS) {
    tell(`check: ${name}`);
    if ((await run(findNode(), [join(NODE_MODULES, program), ...args])) !== 0) failed.push(name);
  }
  const { line, fault } = judgeWalk();
  tell(`check: ${line}`);
  if (fault !== null) failed.push(`walk (${fault})`);
  tell(failed.length === 0 ? 'check: all is well' : `check: FAILED: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
