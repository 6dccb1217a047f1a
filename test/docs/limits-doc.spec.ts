import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES, limitReached } from '../../libs/errors/src/index.js';
import { tableRows } from './markdown-table.js';

const rowsOf = (page: string) =>
  tableRows(readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8'));
const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** "CODE limit" of every limit that there is. */
const LIMITS = LIMIT_NAMES.map((name) => `${limitReached(name, 1).code} ${name}`).toSorted();
const CODES = new Set(LIMIT_NAMES.map((name) => limitReached(name, 1).code));

describe('docs/rate-limits.md', () => {
  it('names every limit once, beside the code that it is told with, and none that does not exist', () => {
    const told = rowsOf('rate-limits.md')
      .map(([code = '', names]) => [quoted(code), quoted(names)] as const)
      .filter(([[code]]) => CODES.has(code as never))
      .flatMap(([[code], names]) => names.map((name) => `${code ?? ''} ${name}`));
    expect(told.toSorted()).toEqual(LIMITS);
  });
});

describe('docs/errors.md', () => {
  it('says of the codes of limits, and of no other 429, that `limit` names which', () => {
    const told = rowsOf('errors.md')
      .filter(([, status, meaning = '']) => status === '429' && quoted(meaning).includes('limit'))
      .map(([code]) => quoted(code)[0]);
    expect(told.toSorted()).toEqual([...CODES].toSorted());
  });
});
