import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { insertLockedCards } from '../../incidents/locked-cards.js';
import { ConsoleRig, type Visitor } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { expectSound } from './soundness.js';

const LOCKED = 10_000;
/** Rows of a page: what the service gives where no limit is asked for. */
const ROWS = 50;

interface CardsPage {
  readonly items: readonly { readonly cardId: string }[];
  readonly nextCursor: string | null;
}

describe.skipIf(CHROMIUM === null)('ten thousand locked cards', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let asha: Visitor;
  let series: string;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
    series = await insertLockedCards(await rig.kit.openOwner(), LOCKED);
    asha = await rig.signedIn('asha');
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const references = async (page: Page) => {
    await isRead(page);
    return await page.locator('[data-row-link]').allTextContents();
  };
  const focused = async (page: Page) => await page.evaluate<string>('document.activeElement.textContent');

  it('are listed page by page, each of them once', async () => {
    const found = new Set<string>();
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await asha.send('GET', `/v1/admin/cards?pinStatus=locked&limit=200${after}`);
      const { items, nextCursor } = body as CardsPage;
      for (const { cardId } of items) found.add(cardId);
      cursor = nextCursor;
    }
    expect(found.size).toBe(LOCKED);
  });

  it('are shown a page at a time, which is read with the keys, and Back leads to the one before', async () => {
    const page = await browser.signedIn('asha', '/console/cards');
    const first = await references(page);
    expect(first).toHaveLength(ROWS);
    await page.locator('[data-row-link]').first().focus();
    await page.keyboard.press('End');
    expect(await focused(page)).toBe(first.at(-1));
    // The pages are the next stop, so no key is pressed fifty times.
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Next page');
    const answer = page.waitForResponse('**/v1/admin/cards?*');
    await page.keyboard.press('Enter');
    // What is read for a page grows with its rows, not with the cards there are.
    expect((await (await answer).body()).length).toBeLessThan(ROWS * 600);
    await page.waitForURL('**/cards?cursor=*');
    await expect.poll(async () => (await references(page)).some((name) => first.includes(name))).toBe(false);
    expect(await references(page)).toHaveLength(ROWS);
    await expectSound(page);
    await page.goBack();
    await expect.poll(async () => await references(page)).toEqual(first);
  });

  it('are found by reference and last four digits, and counted on the overview as far as one page tells', async () => {
    const page = await browser.signedIn('asha', '/console/cards');
    await page.getByLabel('Reference', { exact: true }).fill(`${series}4711`);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/cards?card_ref=*');
    await expect.poll(async () => await references(page)).toEqual([`${series}4711`]);
    await page.goto('/console/cards?last4=4711');
    expect(await references(page)).toEqual([`${series}4711`]);
    await page.goto('/console/');
    await page
      .getByRole('region', { name: 'Locked cards' })
      .getByText(/more than 100|10,000/)
      .waitFor();
  });

  it('are one less after an unlock', async () => {
    const page = await browser.signedIn('asha', `/console/cards?card_ref=${series}4711`);
    await page.getByRole('link', { name: `${series}4711` }).click();
    await page.getByLabel('Reason').fill('Identified at the branch');
    await page.keyboard.press('Enter');
    await page.getByText('The card is unlocked.').waitFor();
    await page.goto(`/console/cards?card_ref=${series}4711&pin_status=locked`);
    expect(await seen(page.locator('.empty'))).toBe('No card of this tenant fits.');
  });
});
