// The authors and licences of the code in a package: the licences require that their text is included.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';

/** The bundler's form of a code's origin. */
const ORIGIN = /^\/\/(?:#region)? (node_modules\/(?:.*\/node_modules\/)?(?:@[^/\s]+\/)?[^/\s]+)\//gm;
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/**
 * @param compiled programs with the packages that they use
 * @param beside packages that lie beside them
 * @returns each with version, licence and its text
 */
export function licencesOf(compiled: string, beside: readonly string[]): string {
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

/** @param folder relative to the root */
function entry(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
  ) as Readonly<Record<string, string>>;
  const texts = readdirSync(join(ROOT, folder))
    .filter((file) => LICENCE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, '-'.repeat(72), ...texts, ''].join('\n');
}
