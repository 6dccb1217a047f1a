// @ts-check
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildConsole, CONSOLE, consoleHash, copyConsole } from './console.mjs';
import { dependenciesHash } from './dependencies.mjs';
import { findNode } from './node-runtime.mjs';
import { DIST, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { Explained, tell } from './terminal.mjs';

export const BUNDLE = join(ROOT, 'scripts/bootstrap/bundle.mjs');
const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/bootstrap/bundle.mjs',
];
/** Files that the compiled code reads. */
export const SQL_FUNCTIONS = 'libs/database/src/functions';
const STAMP = join(DIST, '.pinward-built');

/** Fresh output is made beside dist, at the same depth, so that source maps still point to their sources. */
const UNFINISHED = `${DIST}.unfinished`;
const REPLACED = `${DIST}.replaced`;

/** A hash of everything that the compiled output depends on. */
export function sourcesHash() {
  return createHash('sha256').update(programsHash()).update(consoleHash()).digest('hex');
}

/** The same without the console, which is no part of the programs. */
export function programsHash() {
  const { include } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.build.json'), 'utf8'));
  const hash = createHash('sha256').update(dependenciesHash());
  for (const name of [...CONFIGURATION, ...include.flatMap(filesBelow)]) {
    hash.update(`\n${name}\n`).update(readFileSync(join(ROOT, name)));
  }
  return hash.digest('hex');
}

/** @param {string} folder relative to the root @returns {string[]} */
function filesBelow(folder) {
  if (!existsSync(join(ROOT, folder)) || folder === CONSOLE) return [];
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(name);
    return /\.(m?[jt]s|json|sql)$/.test(name) && !name.endsWith('.spec.ts') ? [name] : [];
  });
}

export function buildIsCurrent() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesHash();
}

/** Compiles to dist. */
export async function build() {
  tell('compiling');
  const hash = sourcesHash();
  await replaceDist(async (directory) => {
    const status = await run(findNode(), [BUNDLE, directory], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Explained('The project does not compile (see above).');
    writeFileSync(join(directory, basename(STAMP)), hash);
  });
}

/**
 * The content of dist stays complete until its replacement is, since a running service still starts processes from it.
 *
 * @param {(directory: string) => Promise<void>} compile
 * @param {{ readonly console: 'built' | 'as it is' }} [parts] `as it is`: perhaps an older one, where another is shown
 */
export async function replaceDist(compile, parts = { console: 'built' }) {
  rmSync(UNFINISHED, { recursive: true, force: true });
  try {
    await compile(UNFINISHED);
    await (parts.console === 'built' ? buildConsole(UNFINISHED) : copyConsole(UNFINISHED));
  } catch (error) {
    rmSync(UNFINISHED, { recursive: true, force: true });
    throw error;
  }
  cpSync(join(ROOT, SQL_FUNCTIONS), join(UNFINISHED, SQL_FUNCTIONS), { recursive: true });
  rmSync(REPLACED, { recursive: true, force: true });
  if (existsSync(DIST)) renameSync(DIST, REPLACED);
  renameSync(UNFINISHED, DIST);
  rmSync(REPLACED, { recursive: true, force: true });
}
