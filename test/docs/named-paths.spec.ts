import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { brokenPaths, idleFilters, namedFilters } from './named-paths.js';

const pages = ['docs/reading.md', 'CONTRIBUTING.md', ...globSync('docs/how-to/*.md', { cwd: PROJECT_ROOT })];

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(PROJECT_ROOT, page), 'utf8');

  it('names files that exist', () => {
    expect(brokenPaths(text)).toEqual([]);
  });

  it('names tests that exist', () => {
    expect(namedFilters(text).length + Number(page === 'docs/reading.md')).toBeGreaterThan(0);
    expect(idleFilters(text)).toEqual([]);
  });
});
