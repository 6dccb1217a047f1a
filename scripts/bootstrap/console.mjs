// @ts-check
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependenciesHash } from './dependencies.mjs';
import { findNode } from './node-runtime.mjs';
import { DIST, NODE_MODULES, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { Explained } from './terminal.mjs';

/** The operators' console: what a browser loads, so no part of the compiled programs. */
export const CONSOLE = 'apps/console';
/** Of the packages in it; no page, so it is not served. */
export const CONSOLE_LICENCES = 'third-party.md';
const BUILT = join(DIST, 'console');
const STAMP = '.pinward-built';

/**
 * Puts the built console into a folder. One that was built of the same sources is copied.
 *
 * @param {string} directory in which `console` is made
 */
export async function buildConsole(directory) {
  const hash = consoleHash();
  const target = join(directory, 'console');
  const stamp = join(BUILT, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
    cpSync(BUILT, target, { recursive: true });
    return;
  }
  const vite = [
    join(NODE_MODULES, 'vite/bin/vite.js'),
    'build',
    CONSOLE,
    '--logLevel',
    'warn',
    '--outDir',
    target,
  ];
  const status = await run(findNode(), vite, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Explained('The console does not compile (see above).');
  writeFileSync(join(target, STAMP), hash);
}

/**
 * Puts the console that was built last into a folder, whatever has changed since then. Its stamp tells of what it was made.
 *
 * @param {string} directory in which `console` is made
 */
export async function copyConsole(directory) {
  if (!existsSync(join(BUILT, STAMP))) return await buildConsole(directory);
  cpSync(BUILT, join(directory, 'console'), { recursive: true });
}

/** A hash of everything that the built console depends on. */
export function consoleHash() {
  const names = readdirSync(join(ROOT, CONSOLE), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  const hash = createHash('sha256').update(dependenciesHash());
  for (const name of names) hash.update(`\n${name.slice(ROOT.length)}\n`).update(readFileSync(name));
  return hash.digest('hex');
}
