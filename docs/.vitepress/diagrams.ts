import { renderMermaidSVG } from 'beautiful-mermaid';
import type { MarkdownOptions } from 'vitepress';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** The site's own colours, light and dark. */
const COLOURS = {
  bg: 'var(--vp-c-bg)',
  fg: 'var(--vp-c-text-1)',
  line: 'var(--vp-c-text-3)',
  muted: 'var(--vp-c-text-2)',
  surface: 'var(--vp-c-bg-soft)',
  border: 'var(--vp-c-divider)',
  transparent: true,
};

/** Draws the Mermaid diagrams of a page when the site is built, so that readers' browsers load nothing for them. */
export function diagrams(markdown: Markdown): void {
  const fence = markdown.renderer.rules.fence;
  if (fence === undefined) throw new Error('the site has no code blocks');
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token?.info.trim() !== 'mermaid') return fence(tokens, index, options, env, self);
    return `<div class="diagram" role="img" aria-label="Diagram" v-html="${quoted(drawn(token.content))}"></div>\n`;
  };
}

function drawn(text: string): string {
  const svg = renderMermaidSVG(text, COLOURS);
  // Its style asks another origin for a font, and would hold for the whole page.
  return svg.replace(
    /<style>(.*?)<\/style>/s,
    (_, style: string) => `<style>.diagram { ${style.replaceAll(/@import [^\n]*;\n/g, '')} }</style>`,
  );
}

/** As a string of a Vue attribute. */
function quoted(html: string): string {
  return JSON.stringify(html).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
