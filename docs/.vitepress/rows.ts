import type { MarkdownOptions } from 'vitepress';
import { headingAnchor } from './heading-anchor.js';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/**
 * Gives each row of a table that begins with a name in code an anchor of that name: an error code, a setting, a metric. What is
 * a heading's stays the heading's.
 */
export function namedRows(markdown: Markdown): void {
  markdown.core.ruler.push('named-rows', ({ tokens }) => {
    const headings = tokens.filter((_, index) => tokens[index - 1]?.type === 'heading_open');
    const taken = new Set(headings.map(({ content }) => headingAnchor(content)));
    for (const [index, row] of tokens.entries()) {
      if (row.type !== 'tr_open' || tokens[index + 1]?.type !== 'td_open') continue;
      const [name, ...others] = tokens[index + 2]?.children ?? [];
      if (name?.type !== 'code_inline' || others.length > 0) continue;
      const anchor = headingAnchor(name.content);
      if (!taken.has(anchor)) row.attrSet('id', anchor);
      taken.add(anchor);
    }
  });
}

/** A page as the search reads it: such a row is found by its name, as a part with a heading is. */
export function rowsAsParts(html: string): string {
  return html.replaceAll(
    /<tr id="([^"]+)">\s*<td[^>]*><code[^>]*>(.*?)<\/code><\/td>(.*?)<\/tr>/gs,
    (_, anchor: string, name: string, rest: string) => `<h6>${name} <a href="#${anchor}"></a></h6>${rest}`,
  );
}
