import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGES, sitePath } from '../../docs/.vitepress/pages.js';
import { ERROR_CODES } from '../../libs/errors/src/index.js';
import { PROJECT_ROOT } from '../support/project-root.js';

const SITE = join(PROJECT_ROOT, 'var/site');
const ORIGIN = 'http://site.test';

interface Page {
  /** As it is asked for: `/hsm/luna.html`. */
  readonly path: string;
  readonly html: string;
}

const valuesOf = (html: string, attribute: string): readonly string[] =>
  [...html.matchAll(new RegExp(`<[a-z][^<>]*\\s${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

/** What a browser loads or may go to from a page, but for what is on another origin. */
function addressesIn({ path, html }: Page): readonly URL[] {
  return ['href', 'src']
    .flatMap((attribute) => valuesOf(html, attribute))
    .map((value) => new URL(value, ORIGIN + path))
    .filter(({ origin }) => origin === ORIGIN);
}

let pages: readonly Page[];
const pageAt = (path: string) => pages.find((page) => page.path === path);

function leadsNowhere({ pathname, hash }: URL): boolean {
  const path = decodeURIComponent(pathname).replace(/\/$/, '/index.html');
  if (!existsSync(join(SITE, path))) return true;
  return hash !== '' && !valuesOf(pageAt(path)?.html ?? '', 'id').includes(decodeURIComponent(hash.slice(1)));
}

beforeAll(() => {
  const options = { cwd: PROJECT_ROOT, encoding: 'utf8' } as const;
  const built = spawnSync(process.execPath, ['scripts/bootstrap.mjs', 'docs'], options);
  expect(built.status, built.stdout + built.stderr).toBe(0);
  pages = globSync('**/*.html', { cwd: SITE }).map((file) => ({
    path: `/${file}`,
    html: readFileSync(join(SITE, file), 'utf8'),
  }));
}, 300_000);

describe('the site that npm run docs makes', () => {
  it('has every page of docs/ and those of the repository', () => {
    const wanted = PAGES.map((source) => `/${sitePath(source).replace(/\.md$/, '.html')}`);
    expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(wanted));
  });

  it('leads nowhere from no page: neither to a file nor to an anchor that is not there', () => {
    const addresses = pages.map((page) => ({ page: page.path, addresses: addressesIn(page) }));
    const broken = addresses.flatMap(({ page, addresses: all }) =>
      all.filter((address) => leadsNowhere(address)).map(({ href }) => `${page}: ${href}`),
    );
    expect(new Set(broken)).toEqual(new Set());
    expect(addresses.flatMap(({ addresses: all }) => all).length).toBeGreaterThan(pages.length * 10);
  });

  it('loads nothing from another origin, and forbids that to itself', () => {
    for (const { path, html } of pages) {
      const loaded = html.matchAll(
        /<(?:link|script|img|iframe|source)\b[^<>]*\s(?:href|src)="((?:https?:)?\/\/[^"]*)"/g,
      );
      expect([...loaded].map(([, url]) => `${path}: ${url}`)).toEqual([]);
      expect(html, path).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'/);
    }
    for (const file of globSync('**/*.css', { cwd: SITE }))
      expect(readFileSync(join(SITE, file), 'utf8'), file).not.toMatch(/url\(["']?(?:https?:)?\/\/|@import/);
  });

  it('draws diagrams instead of showing their text', () => {
    const flows = pageAt('/flows.html')?.html ?? '';
    expect(flows.match(/<div class="diagram"[^>]*>\s*<svg/g)).toHaveLength(8);
    expect(pages.filter(({ html }) => html.includes('language-mermaid'))).toEqual([]);
  });

  it('has an anchor for each error code', () => {
    const ids = valuesOf(pageAt('/errors.html')?.html ?? '', 'id');
    expect(ids).toEqual(expect.arrayContaining(ERROR_CODES.map((code) => code.toLowerCase())));
  });

  it('can be searched', () => {
    const [index = ''] = globSync('assets/chunks/@localSearchIndexroot.*.js', { cwd: SITE });
    expect(readFileSync(join(SITE, index), 'utf8')).toContain('errors.html#error-codes');
  });
});
