import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Pages of the repository's own, beside those of docs/. */
const OWN = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

/** Every page of the site: its source, below the repository's root. */
export const PAGES: readonly string[] = [...OWN, ...globSync('docs/**/*.md', { cwd: ROOT })].toSorted();

/** Where a page of the repository is on the site. The page of a folder is its README.md; docs/index.md is the site's first. */
export function sitePath(source: string): string {
  if (source === 'README.md') return 'about.md';
  if (OWN.includes(source)) return source.toLowerCase();
  if (source === 'docs/README.md') return 'contents.md';
  return source.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}

/** What a page is called: its first heading, without the marks of Markdown. */
export function titleOf(source: string): string {
  const [, heading] = /^# (.+)$/m.exec(readFileSync(join(ROOT, source), 'utf8')) ?? [];
  return (heading ?? posix.basename(source, '.md')).replaceAll('`', '');
}

export function linkTo(source: string): string {
  return `/${sitePath(source)
    .replace(/(^|\/)index\.md$/, '$1')
    .replace(/\.md$/, '')}`;
}
