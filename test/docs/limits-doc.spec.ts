import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LIMIT_NAMES, limitReached } from '../../libs/errors/src/index.js';
import { tableRows } from './markdown-table.js';

const page = readFileSync(new URL('../../docs/rate-limits.md', import.meta.url), 'utf8');

it('docs/rate-limits.md tells of every limit the code that a 429 of it has', () => {
  const rows = tableRows(page).filter(([code]) => /^`[A-Z_]+`$/.test(code ?? ''));
  const told = rows.flatMap(([code = '', limits = '']) =>
    Array.from(limits.matchAll(/`([a-z-]+)`/g), ([, limit]) => [limit, code.replaceAll('`', '')]),
  );
  expect(told.toSorted()).toEqual(LIMIT_NAMES.map((name) => [name, limitReached(name, 1).code]).toSorted());
});
