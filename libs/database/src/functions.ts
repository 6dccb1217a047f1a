import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityManager } from 'typeorm';
import { compiledFile } from '#libs/program-files';

const FOLDER = compiledFile('libs/database/src/functions');

/** Only other functions call them; they run as the schema's owner. */
const OWNERS_ALONE: readonly string[] = ['pinward_make_partition'];

interface SchemaFunction {
  readonly name: string;
  readonly text: string;
}

/** One function a file, with the same name. */
const FUNCTIONS: readonly SchemaFunction[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map((file) => ({ name: file.replace(/\.sql$/, ''), text: readFileSync(join(FOLDER, file), 'utf8') }));

/** The functions that the service's role may call. */
export const SERVICE_FUNCTIONS: readonly string[] = FUNCTIONS.map(({ name }) => name).filter(
  (name) => !OWNERS_ALONE.includes(name),
);

/** SHA-256 over all of them, in hex: the state of the functions that this code needs. */
const FUNCTIONS_HASH: string = FUNCTIONS.reduce(
  (hash, { text }) => hash.update(text),
  createHash('sha256'),
).digest('hex');

/**
 * Creates every function anew from this code, and records that. Services of the previous version may be running, so a
 * function that needs other parameters or columns gets another name.
 */
export async function createFunctions(manager: EntityManager): Promise<void> {
  // A function may call another that comes after it.
  await manager.query('SET LOCAL check_function_bodies = off');
  for (const { text } of FUNCTIONS) await manager.query(text);
  await manager.query('INSERT INTO schema_functions (hash) VALUES ($1) ON CONFLICT DO NOTHING', [
    FUNCTIONS_HASH,
  ]);
}

/**
 * Whether the functions were ever created from this code. They may be newer: a service of the previous version may
 * start beside services of the next one.
 */
export async function functionsAreCreated(manager: EntityManager): Promise<boolean> {
  const found = await manager.query<unknown[]>('SELECT FROM schema_functions WHERE hash = $1', [
    FUNCTIONS_HASH,
  ]);
  return found.length > 0;
}
