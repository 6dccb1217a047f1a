// @ts-check
// Whose code is in a package, under which licence: their authors ask that the text goes along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { Explained } from './terminal.mjs';

/** How the bundler names where code is from. */
const ORIGIN = /^\/\/(?:#region)? (node_modules\/(?:.*\/node_modules\/)?(?:@[^/\s]+\/)?[^/\s]+)\//gm;
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/**
 * @param {string} compiled programs with the packages they use
 * @param {readonly string[]} beside packages that lie beside them
 * @returns {string} each with version, licence and its text
 */
export function licencesOf(compiled, beside) {
  const files = readdirSync(compiled, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  const within = files.flatMap((name) =>
    [...readFileSync(join(compiled, name), 'utf8').matchAll(ORIGIN)].map(([, folder = '']) => folder),
  );
  const folders = new Set([...within, ...beside.map((name) => `node_modules/${name}`)]);
  if (within.length === 0) throw new Explained('The compiled programs do not tell whose code they hold.');
  return [...folders].toSorted().map(entry).join('\n');
}

/** @param {string} folder relative to the root */
function entry(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const texts = readdirSync(join(ROOT, folder))
    .filter((file) => LICENCE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, '-'.repeat(72), ...texts, ''].join('\n');
}
