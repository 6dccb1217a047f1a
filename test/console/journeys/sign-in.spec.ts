import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { ASHA, RAVI, type Person } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen, signInAs, signOutHere } from './console-browser.js';
import { lockedCard } from './seed.js';

const persons: Person[] = [
  ASHA,
  RAVI,
  { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read'] },
  { subject: 'nemo', name: 'Nemo', scopes: [] },
  { subject: 'left', name: 'Left Company', scopes: OPERATOR_SCOPES },
];

describe.skipIf(CHROMIUM === null)('who signs in at the console', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  const REF = 'a-card-of-the-bank';
  beforeAll(async () => {
    rig = await ConsoleRig.open(persons);
    browser = await ConsoleBrowser.open(rig);
    await rig.kit.register({ cardRef: REF });
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const ALL_CARDS = '/console/cards?pin_status=any';
  /** Sets times of all sessions back, as if they had passed. */
  const age = async (column: string, by: string): Promise<void> => {
    const text = `UPDATE console_sessions SET ${column} = ${column} - $1::interval WHERE ended_at IS NULL`;
    await (await rig.kit.openOwner()).query(text, [by]);
  };

  it('comes to the page that was asked for, and sees what the rights are about', async () => {
    const page = await browser.signedIn('lena', ALL_CARDS);
    await page.getByRole('link', { name: REF }).waitFor();
    expect(await page.title()).toBe('Cards · Pinward console');
    expect(
      await page.getByRole('navigation', { name: 'Sections' }).getByRole('link').allTextContents(),
    ).toEqual(['Overview', 'Cards', 'Incidents', 'Keys']);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.goto('/console/audit');
    await page.getByText('audit:read').waitFor();
  });

  it('is told on every page that it is a rehearsal, where it is one', async () => {
    const page = await browser.signedIn('lena', ALL_CARDS);
    const mark = page.getByRole('banner').getByText('Rehearsal');
    expect(await mark.count()).toBe(0);
    // The development provider is refused in a rehearsal, so only its header is here.
    await page.route('**/console/session', async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        headers: { ...response.headers(), 'pinward-environment': 'rehearsal' },
      });
    });
    await page.goto(ALL_CARDS);
    await mark.waitFor();
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await seen(mark)).toBe('Rehearsal');
  });

  it('is told when there are no rights, and when the login was cancelled', async () => {
    const page = await browser.page();
    await page.goto('/console/');
    await signInAs(page, 'nemo');
    await page.getByRole('heading', { name: 'The login was refused' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await seen(page.getByRole('heading', { level: 1 }).filter({ hasText: 'login' }))).toBe(
      'The login was refused',
    );
  });

  it('leaves nothing behind by signing out: not for Back, not in the storage, not in a page that is kept', async () => {
    // Browsers of people keep pages for their Back.
    const keeping = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    try {
      const page = await browser.page({}, keeping);
      const kept: string[] = [];
      page.on('console', (message) => kept.push(message.text()));
      await page.addInitScript(
        'addEventListener("pageshow", ({ persisted }) => console.log(`kept: ${persisted}`))',
      );
      await page.goto(ALL_CARDS);
      await signInAs(page, 'asha');
      await page.getByRole('link', { name: REF }).click();
      await page.getByRole('heading', { name: `Card ${REF}` }).waitFor();
      await isRead(page);
      await page.evaluate("sessionStorage.setItem('draft:asha:x', 'typed')");
      await signOutHere(page);
      expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toMatch(/draft:|typed/);
      await page.goBack({ waitUntil: 'commit' });
      // The provider still knows the person, and would let in whoever pressed Back.
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      expect(await page.locator('body').textContent()).not.toContain(REF);
      expect(kept).toContain('kept: true');
      await page.getByRole('link', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Sign in as' }).waitFor();
    } finally {
      await browser.settle();
      await keeping.close();
    }
  });

  it('signs out in all tabs of the browser: another one says so at its next call, and keeps what it shows', async () => {
    browser.provokes(/status of 401 .*/);
    const page = await browser.signedIn('asha', ALL_CARDS);
    const tab = await page.context().newPage();
    await tab.goto(ALL_CARDS);
    await tab.getByRole('link', { name: REF }).waitFor();
    await signOutHere(page);
    await tab.getByLabel('State').selectOption('locked');
    await tab.getByRole('alert').filter({ hasText: 'Your session has ended' }).waitFor();
    await tab.getByRole('alert').getByRole('button', { name: 'Sign in' }).first().click();
    // The provider still knows the person.
    await tab.waitForURL('**/console/cards?pin_status=locked');
    expect(await seen(tab.locator('.empty'))).toBe('No card is locked.');
  });

  it('signs out at the provider too: who signs in next is asked who they are, and other tabs are out', async () => {
    browser.provokes(/status of 401 .*/);
    const page = await browser.signedIn('asha', ALL_CARDS);
    const tab = await page.context().newPage();
    await tab.goto(ALL_CARDS);
    await tab.getByRole('link', { name: REF }).waitFor();
    await page.locator('.person').click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await tab.getByLabel('State').selectOption('locked');
    await tab.getByRole('alert').getByRole('button', { name: 'Sign in' }).first().click();
    expect(await seen(tab.getByRole('heading', { level: 1 }))).toBe('Sign in as');
  });

  it('is out, and is told so, when another application has ended the login at the provider', async () => {
    browser.provokes(/status of 401 .*/);
    const page = await browser.signedIn('asha', ALL_CARDS);
    const other = await browser.signedIn('asha', ALL_CARDS);
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(`${rig.provider.provider.issuer}/session/end`);
    await elsewhere.getByRole('button', { name: 'Sign out' }).click();
    await elsewhere.getByRole('heading', { name: 'Signed out' }).waitFor();
    await page.getByLabel('State').selectOption('locked');
    expect(await seen(page.locator('.notice[role=alert]'))).toContain('Your session has ended');
    await other.getByLabel('State').selectOption('locked');
    await other.getByText('No card is locked.').waitFor();
  });

  it('leaves each tab to who signs in after them: what was typed there is neither seen nor sent', async () => {
    browser.provokes(/status of 403 .*/);
    const { cardId } = await lockedCard(rig.kit);
    const page = await browser.signedIn('asha', `/console/cards/${cardId}`);
    const reason = page.getByLabel('Reason');
    await reason.fill('Asked by Asha alone');
    const tab = await page.context().newPage();
    // So that the first tab does not hear of it before it sends.
    await tab.addInitScript(
      'delete globalThis.BroadcastChannel; globalThis.BroadcastChannel = class extends EventTarget { postMessage() {} }',
    );
    await tab.goto('/console/login?fresh=true&return_to=/console/');
    await signInAs(tab, 'ravi');
    await tab.getByRole('button', { name: 'Ravi Iyer' }).waitFor();
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    await page.getByRole('button', { name: 'Ravi Iyer' }).waitFor();
    expect(await reason.inputValue()).toBe('');
    await page.getByText('Locked').first().waitFor();
    const heard = await page.context().newPage();
    await heard.goto('/console/login?fresh=true&return_to=/console/');
    await signInAs(heard, 'asha');
    await page.getByRole('button', { name: 'Asha Rao' }).waitFor();
    expect(await reason.inputValue()).toBe('Asked by Asha alone');
  });

  it('is out when the provider gives no rights any more', async () => {
    browser.provokes(/status of 401 .*/);
    const page = await browser.signedIn('left', ALL_CARDS);
    await age('rights_until', '1 hour');
    persons.splice(
      persons.findIndex(({ subject }) => subject === 'left'),
      1,
    );
    await page.getByLabel('State').selectOption('locked');
    expect(await seen(page.locator('.notice[role=alert]'))).toContain('Your session has ended');
  });

  it('is out after a quarter of an hour of nothing', async () => {
    browser.provokes(/status of 401 .*/);
    const page = await browser.signedIn('lena', ALL_CARDS);
    await age('last_seen_at', '15 minutes 1 second');
    await page.getByLabel('State').selectOption('locked');
    expect(await seen(page.locator('.notice[role=alert]'))).toContain('Your session has ended');
  });

  // The last: the provider is gone afterwards.
  it('stays in, and is told, when the provider does not answer', async () => {
    browser.provokes(/status of 503 .*/);
    const page = await browser.signedIn('lena', ALL_CARDS);
    await age('rights_until', '1 hour');
    await rig.provider.provider[Symbol.asyncDispose]();
    await page.getByLabel('State').selectOption('locked');
    await page.getByText('ISSUER_UNAVAILABLE').waitFor();
    expect(await page.getByText('Your session has ended').count()).toBe(0);
  });
});
