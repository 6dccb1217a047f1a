import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import type { KnownCard } from '../../service/service-kit.js';
import { randomPan } from '../../support/random-pan.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, signInAs } from './console-browser.js';
import { lockedCard } from './seed.js';

describe.skipIf(CHROMIUM === null)('who works with cards', () => {
  const pan = randomPan();
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let found: KnownCard;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
    found = await rig.kit.register({ cardRef: 'branch-0042', pan });
    await rig.kit.register({ cardRef: 'branch-0043' });
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const search = async (page: Page, by: string, label: string, value: string) => {
    await page.getByLabel('Search by').selectOption(by);
    await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Search' }).click();
  };
  const references = async (page: Page) => {
    await isRead(page);
    return await page.locator('[data-row-link]').allTextContents();
  };
  /** Of what has the focus. */
  const focused = async (page: Page) => await page.evaluate<string>('document.activeElement.textContent');

  it('finds one by its reference, its last four digits or its id, and passes the search on by its address', async () => {
    const page = await browser.signedIn('asha', '/console/cards');
    await search(page, 'reference', 'Reference', 'branch-0042');
    await page.waitForURL('**/cards?card_ref=branch-0042');
    await expect.poll(async () => await references(page)).toEqual(['branch-0042']);
    await page.reload();
    expect(await references(page)).toEqual(['branch-0042']);
    expect(await page.getByLabel('Reference', { exact: true }).inputValue()).toBe('branch-0042');
    await search(page, 'last4', 'Last four digits', pan.slice(-4));
    await page.waitForURL(`**/cards?last4=${pan.slice(-4)}`);
    await expect.poll(async () => await references(page)).toEqual(['branch-0042']);
    await page.getByLabel('State').selectOption('locked');
    await page.getByText('No card of this tenant fits.').waitFor();
    await page.goBack();
    await expect.poll(async () => await references(page)).toEqual(['branch-0042']);
    await search(page, 'id', 'Card id', found.cardId);
    await page.getByRole('heading', { name: 'Card branch-0042' }).waitFor();
    await page.getByText('Its PIN is not locked').or(page.getByText('No PIN yet')).first().waitFor();
  });

  it('never sends what could be a card number', async () => {
    const page = await browser.signedIn('asha', '/console/cards');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    for (const typed of [pan, pan.replaceAll(/(\d{4})(?=\d)/g, '$1 ')]) {
      await search(page, 'reference', 'Reference', typed);
      await page.getByText('This could be a card number').waitFor();
    }
    await page.goto(`/console/cards?card_ref=${pan}`);
    await page.getByText('No card is locked.').waitFor();
    expect(new URL(page.url()).search).toBe('');
    // The address that a person has made is the browser's own doing; the page makes no other of it.
    expect(sent.filter((call) => call.includes('/v1/') && call.includes(pan))).toEqual([]);
  });

  it('needs no mouse: from the list by arrows to a card, unlocked with a reason, and on by keys', async () => {
    const cards = [
      await lockedCard(rig.kit, { cardRef: 'locked-1' }),
      await lockedCard(rig.kit, { cardRef: 'locked-2' }),
      await lockedCard(rig.kit, { cardRef: 'locked-3' }),
    ];
    const page = await browser.signedIn('asha', '/console/');
    const { keyboard } = page;
    await keyboard.press('g');
    await keyboard.press('c');
    await page.getByRole('heading', { name: 'Cards', exact: true }).waitFor();
    await expect.poll(async () => (await references(page)).length).toBe(cards.length);
    const listed = await references(page);
    // The list is one stop of the Tab key.
    while (!listed.includes(await focused(page))) await keyboard.press('Tab');
    expect(await focused(page)).toBe(listed[0]);
    await keyboard.press('ArrowDown');
    await keyboard.press('End');
    expect(await focused(page)).toBe(listed[2]);
    await keyboard.press('ArrowDown');
    expect(await focused(page)).toBe(listed[2]);
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: `Card ${listed[1]}` }).waitFor();
    expect(await focused(page)).toContain(listed[1]);
    await page.getByLabel('Reason').waitFor();
    while ((await page.evaluate('document.activeElement.name')) !== 'reason') await keyboard.press('Tab');
    await keyboard.type('abc');
    await keyboard.press('Enter');
    await page.getByText('A reason has 5 to 200').or(page.locator('.field-fault')).first().waitFor();
    await keyboard.type(': identified at the branch');
    await keyboard.press('Enter');
    await page.getByText('The card is unlocked.').waitFor();
    // Readers of screens are where the answer is.
    expect(await focused(page)).toContain('The card is unlocked.');
    await page.getByText('abc: identified at the branch').first().waitFor();
    await keyboard.press('g');
    await keyboard.press('c');
    await expect.poll(async () => await references(page)).toEqual([listed[0], listed[2]]);
    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('is asked for a new login where the last one is old, and finds the reason as it was typed', async () => {
    browser.provokes(/status of 401 .*\/unlock$/);
    const { cardId } = await lockedCard(rig.kit);
    const page = await browser.signedIn('asha', `/console/cards/${cardId}`);
    const owner = await rig.kit.openOwner();
    await owner.query(
      "UPDATE console_sessions SET authenticated_at = authenticated_at - interval '6 minutes'",
    );
    await page.getByLabel('Reason').fill('Called from the number on file');
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    await page.getByText('LOGIN_TOO_OLD').waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await signInAs(page, 'asha');
    await page.waitForURL(`**/console/cards/${cardId}`);
    await expect
      .poll(async () => await page.getByLabel('Reason').inputValue())
      .toBe('Called from the number on file');
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    await page.getByText('The card is unlocked.').waitFor();
    await page.reload();
    await page.getByRole('table', { name: 'History of the card' }).waitFor();
    // Sent and answered, it is typed no more.
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('number on file');
  });

  it('does one thing once, also where the answer was lost', async () => {
    browser.provokes(/ERR_FAILED|ERR_CONNECTION/);
    const { cardId } = await lockedCard(rig.kit);
    const page = await browser.signedIn('asha', `/console/cards/${cardId}`);
    await page.getByLabel('Reason').fill('The answer goes astray');
    const ids: (string | undefined)[] = [];
    await page.route('**/unlock', async (route) => {
      ids.push(route.request().headers()['x-request-id']);
      if (ids.length > 1) return await route.fallback();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The card is unlocked.').waitFor();
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });
});
