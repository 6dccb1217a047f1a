import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { diagrams } from './diagrams.js';
import { headingAnchor } from './heading-anchor.js';
import { copyLinkedFiles, siteLinks } from './links.js';
import { ROOT, sitePath } from './pages.js';
import { namedRows, rowsAsParts } from './rows.js';
import { sidebar } from './sidebar.js';

const MARK =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='8' fill='#1f5f8b'/>" +
  "<g fill='#fff'><circle cx='8' cy='16' r='2.6'/><circle cx='16' cy='16' r='2.6'/><circle cx='24' cy='16' r='2.6'/></g></svg>";
/** Nothing of another origin. What VitePress writes into a page decides on light or dark before it is shown. */
const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'";
const MARK_URL = `data:image/svg+xml,${encodeURIComponent(MARK)}`;

/** Wide tables, without an outline beside them; a requirement has a row of five columns. */
const WIDE = /^docs\/(errors|README|compliance\/.+)\.md$/;
const REQUIREMENTS = /^docs\/compliance\//;
const pageClass = (filePath: string): string => (REQUIREMENTS.test(filePath) ? 'wide requirements' : 'wide');

/** The site of docs/: `npm run docs` builds it into var/site. Nothing of it comes from another origin, fonts included. */
export default defineConfig({
  title: 'Pinward',
  description: 'PIN operations for payment cards: a clear PIN never exists outside the HSM.',
  lang: 'en',
  head: [
    ['meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }],
    ['link', { rel: 'icon', href: MARK_URL }],
  ],
  srcDir: ROOT,
  srcExclude: ['!(docs|*.md)/**', '!(README|SECURITY|CONTRIBUTING|CHANGELOG).md'],
  rewrites: sitePath,
  outDir: join(ROOT, 'var/site'),
  cacheDir: join(ROOT, 'var/site-cache'),
  metaChunk: true,
  // The index of the search is loaded when it is asked for.
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  markdown: {
    anchor: { slugify: headingAnchor },
    // Braces in a heading are a path's parameters.
    attrs: { disable: true },
    config: (markdown) => {
      siteLinks(markdown);
      diagrams(markdown);
      namedRows(markdown);
    },
  },
  themeConfig: {
    logo: MARK_URL,
    nav: [
      { text: 'Quick starts', link: '/quick-start/backend', activeMatch: '^/quick-start/' },
      { text: 'API', link: '/http-api' },
      { text: 'Errors', link: '/errors' },
      { text: 'Running', link: '/operations' },
      { text: 'All pages', link: '/contents' },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: { _render: (source, env, markdown) => rowsAsParts(markdown.render(source, env)) },
    },
    docFooter: { prev: false, next: false },
    externalLinkIcon: true,
  },
  transformPageData: ({ filePath }) =>
    WIDE.test(filePath) ? { frontmatter: { aside: false, pageClass: pageClass(filePath) } } : undefined,
  buildEnd: ({ outDir }) => copyLinkedFiles(outDir),
});
