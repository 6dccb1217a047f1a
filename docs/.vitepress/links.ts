import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { MarkdownOptions } from 'vitepress';
import { PAGES, ROOT, sitePath } from './pages.js';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** What pages link to that is no page: programs, vectors, the API's documents. */
const files = new Set<string>();

/** Makes of each link between files of the repository one between pages of the site. @throws when there is no such file */
export function siteLinks(markdown: Markdown): void {
  markdown.core.ruler.push('site-links', ({ tokens, env }) => {
    const { realPath } = env as { readonly realPath?: string };
    if (realPath === undefined) return;
    for (const token of tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
      // A picture in HTML; without the dot it is taken for a package.
      if (token.type.startsWith('html_'))
        token.content = token.content.replaceAll(/(<img\s[^>]*?src=")(?![./]|[a-z]+:)/g, '$1./');
      const href = token.attrGet('href');
      if (token.type !== 'link_open' || href === null || /^(#|[a-z]+:)/.test(href)) continue;
      const [path = '', anchor] = href.split('#');
      const target = relative(ROOT, resolve(dirname(realPath), decodeURIComponent(path)));
      token.attrSet('href', addressOf(target) + (anchor === undefined ? '' : `#${anchor}`));
      if (!target.endsWith('.md')) token.attrSet('target', '_blank'); // the site's own navigation knows pages alone
    }
  });
}

function addressOf(target: string): string {
  const page = PAGES.includes(target) ? target : join(target, 'README.md');
  if (PAGES.includes(page)) return `/${sitePath(page)}`;
  if (!statSync(join(ROOT, target)).isFile()) throw new Error(`${target} is linked, and is no file`);
  files.add(target);
  return `/${filePath(target)}`;
}

const filePath = (file: string) => file.replace(/^docs\//, '');

/** Puts the files that pages link to beside them. */
export function copyLinkedFiles(directory: string): void {
  for (const file of files) {
    const copy = join(directory, filePath(file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(ROOT, file), copy);
  }
}
