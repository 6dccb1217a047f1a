import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig, type Visitor } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';

/** Each of them calls `alert` in a page that takes text for markup, or goes elsewhere. */
const MARKUP = [
  `<img src=x onerror=alert(1)>`,
  `"><script>alert(1)</script>`,
  `<svg/onload=alert(1)>`,
  `javascript:alert(1)//`,
  `<a href="https://evil.example/">Release it</a>`,
  `<style>*{display:none}</style>`,
  '${alert(1)}{{alert(1)}}<%= alert(1) %>',
  `&lt;b&gt; &#x3c;img src=x&#x3e; %3Cscript%3E`,
];

/** The service takes none of these from anybody; what shows them does not count on that. */
const DECEIVING: readonly (readonly [text: string, shown: string])[] = [
  ['Approved\u202Edekcolnu eb ot', 'ApprovedU+202Edekcolnu eb ot'],
  ['ad\u200Bmin', 'adU+200Bmin'],
  ['Asha\u200F Rao', 'AshaU+200F Rao'],
  ['line\nbreak\u2028and\u0000null', 'lineU+000AbreakU+2028andU+0000null'],
  ['pay\u00ADment \u{E0041}\uFEFF', 'payU+00ADment U+E0041U+FEFF'],
];

describe.skipIf(CHROMIUM === null)('text that somebody else wrote is text, and all of it is seen', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let asha: Visitor;
  beforeAll(async () => {
    rig = await ConsoleRig.open([
      ASHA,
      { subject: 'mallory', name: 'Mallory<img src=x onerror=alert(1)>', scopes: OPERATOR_SCOPES },
      { subject: 'trudy', name: 'Asha\u200B Rao', scopes: OPERATOR_SCOPES },
    ]);
    browser = await ConsoleBrowser.open(rig);
    asha = await rig.signedIn('asha');
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const textOf = async (page: Page) => {
    await isRead(page);
    return await page.locator('main').innerText();
  };
  /** Nothing of what was written has become a part of the page. Its own drawings say that they are none of the text. */
  const expectNoMarkup = async (page: Page) =>
    expect(
      await page
        .locator(
          'main :is(img, script, style, svg:not([viewBox][aria-hidden]), iframe, [href^="http"], [href^="javascript"])',
        )
        .count(),
    ).toBe(0);

  it('in reasons, wherever they are shown', async () => {
    const { cardId } = await rig.kit.register({ cardRef: 'frozen' });
    for (const [place, reason] of MARKUP.entries()) {
      const target =
        place === 0 ? { kind: 'card', target: cardId } : { kind: 'client', target: `client-${place}` };
      expect(await asha.post('/v1/admin/brakes', { ...target, reason })).toMatchObject({ status: 200 });
    }
    const page = await browser.signedIn('asha', '/console/incidents?view=brakes');
    for (const path of ['/console/incidents?view=brakes', '/console/']) {
      await page.goto(path);
      const text = await textOf(page);
      for (const reason of MARKUP) expect(text).toContain(reason);
      await expectNoMarkup(page);
    }
    await page.goto('/console/audit');
    await isRead(page);
    await page.locator('tr', { hasText: 'brake.pull' }).first().locator('[data-row-link]').click();
    await page.getByRole('region', { name: 'Details' }).waitFor();
    await expectNoMarkup(page);
  });

  it('in references of cards, also in the title of a page and in an address', async () => {
    const references = MARKUP.filter((text) => /^[\x21-\x7e]+$/.test(text));
    expect(references.length).toBeGreaterThan(2);
    for (const cardRef of references) {
      const { cardId } = await lockedCard(rig.kit, { cardRef });
      const page = await browser.signedIn('asha', `/console/cards?card_ref=${encodeURIComponent(cardRef)}`);
      await page.getByRole('link', { name: cardRef }).click();
      await page.waitForURL(`**/cards/${cardId}`);
      const heading = page.getByRole('heading', { level: 1 }).filter({ hasText: cardRef });
      expect(await seen(heading)).toBe(`Card ${cardRef}`);
      expect(await page.title()).toBe(`Card ${cardRef} · Pinward console`);
      await expectNoMarkup(page);
    }
  });

  it('in the name that a provider gives a person', async () => {
    const page = await browser.signedIn('mallory');
    expect(await page.locator('.person').innerText()).toBe('Mallory<img src=x onerror=alert(1)>');
    expect(await page.locator('.header img').count()).toBe(1);
    // A name that deceives is none.
    expect(await (await browser.signedIn('trudy')).locator('.person').innerText()).toBe('trudy');
  });

  it('is refused by the service where it deceives, and seen as it is where it is not', async () => {
    for (const [reason] of DECEIVING)
      expect(await asha.post('/v1/admin/brakes', { kind: 'client', target: 'x', reason })).toMatchObject({
        status: 400,
      });
    const page = await browser.signedIn('asha');
    let text = '';
    await page.route('**/v1/admin/brakes', async (route) => {
      const response = await route.fetch();
      const { items } = (await response.json()) as { items: object[] };
      await route.fulfill({
        response,
        json: { items: items.slice(0, 1).map((brake) => ({ ...brake, reason: text })) },
      });
    });
    for (const [written, shown] of DECEIVING) {
      text = written;
      await page.goto('/console/incidents?view=brakes');
      expect(await textOf(page)).toContain(shown);
    }
  });

  it.each([
    '/console/cards?card_ref=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&pin_status=%3Cb%3E&last4=javascript:1',
    '/console/incidents?view=%3Cscript%3E&state=constructor',
    '/console/incidents?state=__proto__&outcome=toString',
    '/console/approvals?status=%22%3E%3Cscript%3E',
    '/console/audit?card_id=..%2f..%2fclients&cursor=%3Cb%3E',
    '/console/audit/%3Cimg%20src=x%20onerror=alert(1)%3E',
    '/console/signed-out?reason=%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    '/console/%2e%2e%2f%2e%2e%2fevil?%5B%5D=__proto__',
    '/console//evil.example/',
  ])('in the address %s', async (path) => {
    browser.provokes(/status of 40[04] .*/);
    const page = await browser.signedIn('asha');
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await expectNoMarkup(page);
    expect(new URL(page.url()).origin).toBe(rig.url);
  });
});
