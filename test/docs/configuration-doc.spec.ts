import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECRET_SETTINGS, settingsSchema } from '../../apps/pin-service/src/config/schema.js';
import { tableRows } from './markdown-table.js';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const service = page.slice(0, page.indexOf('## Set-up only'));
const rows = tableRows(service).filter(([name]) => /^`[A-Z0-9_]+`$/.test(name ?? ''));
const text = (cell: string | undefined) => (cell ?? '').replaceAll('`', '');
const told = new Map(rows.map((row) => [text(row[0]), text(row[1])]));

describe('docs/configuration.md', () => {
  it('names every setting of the service once, and none that does not exist', () => {
    expect(rows.map((row) => text(row[0])).toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
  });

  it('tells the defaults that hold, and which settings are required', () => {
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      const parsed = schema.safeParse(undefined);
      if (!parsed.success) expect(told.get(name), name).toMatch(/^required/);
      else if (Array.isArray(parsed.data)) expect(told.get(name), name).toBe('none');
      else if (parsed.data !== undefined) expect(told.get(name), name).toBe(String(parsed.data));
      else expect(told.get(name), name).toMatch(/^(none|one|the)\b/);
    }
  });

  it('marks exactly the secrets, each with its file form', () => {
    const secrets = [...told].filter(([, value]) => value.includes('secret')).map(([name]) => name);
    expect(secrets.toSorted()).toEqual([...SECRET_SETTINGS].toSorted());
    for (const name of secrets) expect(service).toContain(`\`${name}_FILE\``);
  });
});
