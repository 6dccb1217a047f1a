import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { COLUMNS, complianceRows, faultsOf } from './compliance-rows.js';

const read = (page: string) => readFileSync(join(PROJECT_ROOT, page), 'utf8');
const pages = globSync('docs/compliance/*.md', { cwd: PROJECT_ROOT }).toSorted();
/** Those that answer a standard, rule by rule. */
const answers = pages.filter((page) => !['README.md', 'cbom.md'].includes(basename(page)));

describe.each(answers)('%s', (page) => {
  const rows = complianceRows(page, read(page));

  it('says of each rule how it is met, where, and by which test, or why it is not claimed', () => {
    expect(rows.flatMap(faultsOf)).toEqual([]);
  });

  it('has rules, met and not claimed ones', () => {
    const claims = rows.filter(({ cells }) => cells[3] !== '–');
    expect(rows.length).toBeGreaterThan(15);
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.length).toBeLessThan(rows.length);
  });
});

describe('docs/compliance', () => {
  it('leads to each page from its entry, and to the entry from the contents', () => {
    const entry = read('docs/compliance/README.md');
    const others = pages.map((page) => basename(page)).filter((name) => name !== 'README.md');
    expect(others.filter((name) => !entry.includes(`](${name})`))).toEqual([]);
    expect(read('docs/README.md').includes('](compliance/README.md)')).toBe(true);
  });

  it('answers at least these requirements of PCI DSS', () => {
    const told = complianceRows('', read('docs/compliance/pci-dss.md')).map(({ cells }) => cells[0] ?? '');
    const sections = ['2.2', '2.3', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7', '4.2', '6.2', '6.3', '6.4'];
    sections.push('7.2', '7.3', '8.2.8', '8.3', '8.6', '10.2', '10.3', '10.4', '10.5', '10.6', '10.7');
    sections.push('11.2', '11.4', '11.5', '11.6', '12.3.3');
    for (const section of sections) expect(told.join(' ')).toMatch(new RegExp(`(^|[ ,])${section}`));
  });
});

describe('a row', () => {
  const FILE = '`libs/otp/src/check-otp.ts`';
  const GOOD = ['1.1', 'codes', 'They are checked.', FILE, '`test/docs/links.spec.ts`: "finds the pages"'];
  const row = (...changed: readonly [column: number, cell: string][]) => {
    const cells = GOOD.map((cell, column) => changed.find(([at]) => at === column)?.[1] ?? cell);
    return faultsOf({ page: 'docs/some.md', cells });
  };
  const because = (reason: string) => `**Not claimed, because** ${reason}`;

  it('is sound with files, a title and a command that exist', () => {
    expect(row()).toEqual([]);
    expect(row([4, '`npm run evidence -- boundary`; `npm run check`'])).toEqual([]);
    expect(row([2, because('it is a rule for others.')], [3, '–'], [4, '–'])).toEqual([]);
  });

  it.each<[string, readonly [number, string][]]>([
    ['a file of code that was renamed', [[3, '`libs/otp/src/check-codes.ts`']]],
    ['no code', [[3, '–']]],
    ['code that is no file', [[3, `${FILE} and more`]]],
    ['a test that was renamed', [[4, '`test/docs/anchors.spec.ts`']]],
    ['a title that no test has', [[4, '`test/docs/links.spec.ts`: "finds the page"']]],
    ['a title that is in the file and no test', [[4, '`test/docs/links.spec.ts`: "heading"']]],
    ['no test', [[4, '–']]],
    ['a command that does not exist', [[4, '`npm run evidence -- nothing`']]],
    ['an empty cell', [[2, '']]],
    [
      'no reason',
      [
        [2, because('')],
        [3, '–'],
        [4, '–'],
      ],
    ],
    [
      'a reason of a word',
      [
        [2, because('later.')],
        [3, '–'],
        [4, '–'],
      ],
    ],
    [
      'code beside what is not claimed',
      [
        [2, because('it is a rule for others.')],
        [4, '–'],
      ],
    ],
    ['a claim in another form', [[2, 'This is not claimed.']]],
  ])('is faulty with %s', (_, changed) => {
    expect(row(...changed)).not.toEqual([]);
  });

  it('is faulty with a column too few, and so is a table of other columns', () => {
    expect(faultsOf({ page: '', cells: GOOD.slice(1) })).not.toEqual([]);
    const table = `| ${COLUMNS.slice(0, 4).join(' | ')} |\n| --- | --- | --- | --- |\n`;
    expect(() => complianceRows('docs/some.md', table)).toThrow('other columns');
  });
});
