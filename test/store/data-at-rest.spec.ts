import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { openStore, type StoreUnderTest } from './store-kit.js';

const TABLE = readFileSync(join(PROJECT_ROOT, 'docs/data-at-rest.md'), 'utf8');
const ROW = /^\| `(\w+\.\w+)` +\| (public|internal|sensitive) +\| (\S.*?) +\|$/gm;

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

/** Of tables, and of partitioned ones once: a partition has no columns of its own. */
async function columns(): Promise<string[]> {
  const rows = await rig.owner.query<{ name: string }[]>(
    `SELECT c.relname || '.' || a.attname AS name
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('the table of data at rest', () => {
  const classified = Array.from(TABLE.matchAll(ROW), ([, name = '', kind = '']) => ({ name, kind }));

  it('names every column of the live schema, each once', async () => {
    expect(classified.map(({ name }) => name).toSorted()).toEqual(await columns());
  });

  it('sees a column that is not classified', async () => {
    await rig.owner.query('ALTER TABLE tenants ADD COLUMN forgotten text');
    const missing = (await columns()).filter((name) => !classified.some((row) => row.name === name));
    await rig.owner.query('ALTER TABLE tenants DROP COLUMN forgotten');
    expect(missing).toEqual(['tenants.forgotten']);
  });

  it('calls every binary column sensitive that is no hash or salt of something public', async () => {
    const binary = await rig.owner.query<{ name: string }[]>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND udt_name = 'bytea' AND domain_name IS NULL`,
    );
    const sensitive = new Set(classified.filter(({ kind }) => kind === 'sensitive').map(({ name }) => name));
    expect(binary.map(({ name }) => name).filter((name) => !sensitive.has(name))).toEqual([]);
  });
});
