import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../apps/pin-service/src/edge/problems/problem-table.js';
import { ERROR_CODES } from '../../libs/errors/src/index.js';
import { tableRows } from './markdown-table.js';

const PROBLEMS_FOLDER = '../../apps/pin-service/src/edge/problems';
const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const rows = tableRows(page).filter(([code]) => /^`[A-Z_]+`$/.test(code ?? ''));
const codeOf = ([code = '']: readonly string[]) => code.replaceAll('`', '');

describe('docs/errors.md', () => {
  it('explains every code once, and no code that does not exist', () => {
    expect(rows.map((row) => codeOf(row)).toSorted()).toEqual([...ERROR_CODES].toSorted());
  });

  it('tells the status that the service sends', () => {
    const told = Object.fromEntries(rows.map((row) => [codeOf(row), Number(row[1])]));
    expect(told).toEqual(Object.fromEntries(ERROR_CODES.map((code) => [code, PROBLEMS[code].status])));
  });

  it('says for each what it means, what to do, what to tell the cardholder, and what became of the try', () => {
    const incomplete = rows.filter((row) => row.length !== 6 || row.some((cell) => cell === ''));
    expect(incomplete).toEqual([]);
    expect(rows.filter((row) => !/^(no|yes|possibly)\b/.test(row[5] ?? ''))).toEqual([]);
  });

  it('is what the pages of problems say', async () => {
    const explanations = Object.fromEntries(
      rows.map((row) => {
        const [, , meaning, caller, cardholder, spent] = row;
        return [codeOf(row), { meaning, caller, cardholder, try: spent }];
      }),
    );
    await expect(`${JSON.stringify(explanations, null, 2)}\n`).toMatchFileSnapshot(
      fileURLToPath(new URL(`${PROBLEMS_FOLDER}/explanations.json`, import.meta.url)),
    );
  });
});
