import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of package.json. It is searched for, since sources and compiled parts lie at different depths below it.
 */
export const PROJECT_ROOT = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The version in package.json, which each program reports. */
export const VERSION = versionIn(join(PROJECT_ROOT, 'package.json'));

/**
 * A file of the compiled project: a program that is started as a process or worker, or a file that is read at start.
 *
 * @param path below dist, like the sources below the root: `libs/hsm/src/host/host-main.js`
 * @returns the absolute path, whether or not the file exists
 */
export function compiledFile(path: string): string {
  return join(PROJECT_ROOT, 'dist', path);
}

function rootAbove(directory: string): string {
  const parent = dirname(directory);
  return existsSync(join(directory, 'package.json')) || parent === directory ? directory : rootAbove(parent);
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return version;
}
