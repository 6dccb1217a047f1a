import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from '../../support/until.js';
import { axeFindings } from './console-browser.js';

/** Of a monitor with 4K, not enlarged. */
export const WIDEST = 3840;

/** So many characters are in a line that is still read at ease; WCAG 2.2, 1.4.8, counts 80. */
const LINE_AT_MOST = 110;

/** The beginnings of running text with longer lines. Cells of tables and fields are none. */
const LONG_LINES = `[...document.querySelectorAll('main :is(p, dd, li, .notice)')]
  .filter((place) => [...place.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
  .flatMap((place) => {
    const range = document.createRange();
    range.selectNodeContents(place);
    const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8)));
    const inLine = place.innerText.length / Math.max(1, lines.size);
    return inLine > ${LINE_AT_MOST} ? [place.innerText.slice(0, 60)] : [];
  })`;

/** Menus and dialogs find their place some frames after the page has got another size. */
const SETTLED_MS = 3_000;
const BEYOND_PX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** That the page scrolls sideways, or nothing. */
export async function sideways(page: Page): Promise<readonly string[]> {
  const px = async () => await page.evaluate<number>(BEYOND_PX);
  const fits = until('the page fits', async () => (await px()) <= 0, SETTLED_MS);
  const doesFit = await fits.then(
    () => true,
    () => false,
  );
  return doesFit ? [] : [`scrolls sideways by ${await px()} px`];
}

export async function tooLongLines(page: Page): Promise<readonly string[]> {
  return (await page.evaluate<string[]>(LONG_LINES)).map((line) => `a line is too long: ${line}`);
}

/** The state that the page is in, wide and narrow: no finding of axe, and nothing beyond its edge. */
export async function expectSound(page: Page): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const found = [...(await axeFindings(page))];
  for (const width of [WIDEST, 360]) {
    await page.setViewportSize({ width, height: 800 });
    found.push(...(await sideways(page)), ...(await tooLongLines(page)));
  }
  found.push(...(await axeFindings(page)));
  await page.setViewportSize(before);
  expect(found).toEqual([]);
}
