import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { tableRows } from './markdown-table.js';

const page = readFileSync(join(PROJECT_ROOT, 'docs/upgrading.md'), 'utf8');
const rows = tableRows(page).filter(([said]) => said?.startsWith('`'));

/** What stands in the source, as it is printed: texts that are joined over several lines are one. */
const SOURCES = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => readFileSync(join(PROJECT_ROOT, folder, path), 'utf8')),
  )
  .map((source) => source.replaceAll(/['`]\s*\+\s*['`]/g, '').replaceAll(/\\(['`])/g, '$1'));

/** The words of a sentence that are always the same. */
const partsOf = (said: string): readonly string[] =>
  said
    .replaceAll('`', '')
    .split('…')
    .map((part) => part.replace(/^[:;,]? /, '').trimEnd())
    .filter((part) => part.length > 2);

/** Whether one file prints all of it, in this order. */
function isPrinted(parts: readonly string[]): boolean {
  return SOURCES.some((source) => {
    let at = 0;
    return parts.every((part) => {
      const found = source.indexOf(part, at);
      at = found + part.length;
      return found >= 0;
    });
  });
}

describe('docs/upgrading.md', () => {
  it('quotes refusals as they are printed', () => {
    expect(rows.length).toBeGreaterThan(20);
    // One is of two files, which the line joins.
    const whole = rows.flatMap(([said = '']) =>
      said.includes('CKF_HW_SLOT') ? said.split(/(?<=security module: )/) : [said],
    );
    expect(whole.filter((said) => partsOf(said).length === 0)).toEqual([]);
    expect(whole.filter((said) => !isPrinted(partsOf(said)))).toEqual([]);
  });

  it('says of each why, and what to do', () => {
    expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([]);
  });

  it('has a step from each released version', () => {
    const released = readdirSync(join(PROJECT_ROOT, 'test/upgrade/released'));
    const steps = [...page.matchAll(/^### (\w{7}) to /gm)].map(([, from]) => `${from}.json.gz`);
    expect(steps.toSorted()).toEqual(released.toSorted());
  });
});
