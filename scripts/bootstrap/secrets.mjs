// @ts-check
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { privateDirectory } from './paths.mjs';
import { Explained } from './terminal.mjs';

const RANDOM_BYTES = 24;

/**
 * @typedef {object} Secret
 * @property {string} value
 * @property {() => string} file the path of a file that holds it, for a program that reads it from there
 *
 * @typedef {Secret & { forget(): void }} GivenSecret `forget` removes what `file` has written
 */

/**
 * A secret of this checkout: made once, kept for good, readable by its owner alone.
 *
 * @param {string} name
 * @param {string} [directory]
 * @returns {Secret}
 */
export function ownSecret(name, directory = privateDirectory('secrets')) {
  const file = join(directory, name);
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, randomBytes(RANDOM_BYTES).toString('hex'), { mode: 0o600 });
  try {
    linkSync(fresh, file); // whole or not at all, and never over one that is there
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  return { value: readFileSync(file, 'utf8').trim(), file: () => file };
}

/**
 * A secret setting of the environment, given as NAME or as NAME_FILE.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {GivenSecret | undefined}
 */
export function givenSecret(name, environment = process.env) {
  const value = environment[name];
  const path = environment[`${name}_FILE`];
  if (value && path) throw new Explained(`${name} and ${name}_FILE are both set: choose one.`);
  if (path) return { value: readSecret(name, path), file: () => resolve(path), forget: () => undefined };
  if (!value) return undefined;
  const file = () => join(privateDirectory('secrets'), `given-${name.toLowerCase().replace(/_/g, '-')}`);
  return {
    value,
    file() {
      writePrivately(file(), value);
      return file();
    },
    forget: () => rmSync(file(), { force: true }),
  };
}

/** @param {string} name @param {string} path */
function readSecret(name, path) {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new Explained(`${name}_FILE cannot be read.`);
  }
}

/**
 * Writes a file that only its owner can read; a reader sees the old content or the new, never a part.
 *
 * @param {string} file
 * @param {string} content
 */
export function writePrivately(file, content) {
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, content, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, file);
}
