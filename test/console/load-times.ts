import type { BrowserContextOptions, Page } from 'playwright-core';
import { until } from '../support/until.js';

/** What coming to a page has taken, until it showed what it is about. */
export interface Load {
  readonly shownMs: number;
  /** Requests until then, the document included; those that the browser's cache answers count. */
  readonly requests: number;
  /** Those of them that the service answered with data; no page can wait for more of them one after the other. */
  readonly calls: number;
  /** Over the network, with heads, as the browser counts them; nothing for what its cache has. */
  readonly bytes: number;
}

/**
 * Runs in the page before its own code: notes when there is a heading and nothing is being read. What is read after that
 * takes the note back, so the last one counts.
 */
const WATCH = `(() => {
  let asked = false;
  globalThis.leave = async (path) => {
    globalThis.left = document.querySelector('main h1');
    globalThis.leftAt = performance.now();
    globalThis.shownAt = undefined;
    asked = false;
    history.pushState(null, '', path);
    while (!(performance.now() - globalThis.shownAt > 300)) await new Promise((done) => setTimeout(done, 100));
    return globalThis.shownAt - globalThis.leftAt;
  };
  const isShown = () => ![null, globalThis.left].includes(document.querySelector('main h1'))
    && document.querySelector('.loading, [aria-busy="true"]') === null;
  const look = () => {
    if (!isShown()) { asked = false; globalThis.shownAt = undefined; return; }
    if (asked) return;
    asked = true;
    // The frame that shows it.
    requestAnimationFrame(() => { if (asked) globalThis.shownAt = performance.now(); });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
})()`;

const READ = `(() => {
  const parts = performance.getEntries().filter(({ entryType }) => entryType === 'navigation' || entryType === 'resource');
  const before = parts.filter(({ startTime }) => startTime <= globalThis.shownAt);
  return {
    shownMs: globalThis.shownAt,
    requests: before.length,
    calls: before.filter(({ name }) => /\\/v1\\/|\\/console\\/sessions?$/.test(name)).length,
    bytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0),
  };
})()`;

/** Lets the page measure itself, on each of its loads from now on. */
export async function watchLoads(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

/** @param page one that watches its loads */
export async function load(page: Page, path: string): Promise<Load> {
  await page.goto(path);
  // Nothing else begins to be read. Nobody asks the page meanwhile: that would take the time that is measured.
  await page.waitForLoadState('networkidle');
  await until(`${path} is shown`, async () => await page.evaluate('globalThis.shownAt !== undefined'));
  return await page.evaluate<Load>(READ);
}

/**
 * Comes to a page from another one, as a click does: the program is there, the page's own parts and its data are not.
 *
 * @returns milliseconds until it showed what it is about
 */
export async function comeFrom(page: Page, from: string, path: string): Promise<number> {
  await load(page, from);
  return await page.evaluate<number>(`leave(${JSON.stringify(path)})`);
}

/** For another browser of the same person, which has nothing in its cache. */
export async function sessionOf(page: Page): Promise<BrowserContextOptions> {
  return { storageState: await page.context().storageState() };
}
