import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { privateDirectory } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';
import { writePrivateFile } from './private-file.js';

const RANDOM_BYTES = 24;

export interface Secret {
  readonly value: string;
  /** The path of a file with the secret, for a program that reads it there. */
  file(): string;
}

/** A secret of this checkout: made once, kept for good, readable only by its owner. */
export function ownSecret(name: string, directory = privateDirectory('secrets')): Secret {
  const file = join(directory, name);
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, randomBytes(RANDOM_BYTES).toString('hex'), { mode: 0o600 });
  try {
    linkSync(fresh, file); // completely or not at all, and never over an existing one
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  return { value: readFileSync(file, 'utf8').trim(), file: () => file };
}

/** A secret setting of the environment, as NAME or as NAME_FILE. */
export function givenSecret(name: string, environment: NodeJS.ProcessEnv): Secret | undefined {
  const value = environment[name];
  const path = environment[`${name}_FILE`];
  if (value && path) throw new Explained(`${name} and ${name}_FILE are both set: choose one.`);
  if (path) return { value: readSecret(name, path), file: () => resolve(path) };
  if (!value) return undefined;
  return {
    value,
    file() {
      const file = join(privateDirectory('secrets'), `given-${name.toLowerCase().replaceAll('_', '-')}`);
      writePrivateFile(file, value);
      return file;
    },
  };
}

function readSecret(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw new Explained(`${name}_FILE cannot be read.`);
  }
}
