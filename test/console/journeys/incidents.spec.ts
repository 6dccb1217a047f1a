import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';

describe.skipIf(CHROMIUM === null)('who has to stop something, or to repair it', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([{ subject: 'asha', name: 'Asha Rao', scopes: OPERATOR_SCOPES }]);
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const brakesOf = async (page: Page) => {
    await isRead(page);
    return await page.getByRole('region', { name: 'What is stopped' }).innerText();
  };

  it('pulls a brake, which stops it at once, and releases it again', async () => {
    browser.provokes(/status of 503 .*/);
    const page = await browser.signedIn('asha', '/console/incidents?view=brakes');
    expect(await brakesOf(page)).toContain('Nothing is stopped.');
    await page.getByLabel('What to stop').selectOption('operation');
    await page.getByLabel('Reason').fill('Cards are registered twice');
    await page.getByRole('button', { name: 'Stop an operation' }).click();
    await page.getByText('Choose an operation.').waitFor();
    await page.getByLabel('Operation', { exact: true }).selectOption('card.register');
    await page.getByRole('button', { name: 'Stop an operation' }).click();
    await page.getByText('It is stopped, on every replica').waitFor();
    expect(await brakesOf(page)).toMatch(
      /an operation: card\.register[^]*Cards are registered twice[^]*asha/,
    );
    // What was sent is typed no more.
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
    expect(await rig.kit.post('/v1/cards', { cardRef: 'stopped' })).toMatchObject({ status: 503 });
    await page.goto('/console/');
    expect(await seen(page.getByRole('region', { name: 'Brakes in force' }).locator('li'))).toContain(
      'Operation card.register',
    );
    await page.goto('/console/incidents?view=brakes');
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Reason').first().fill('The import was put right');
    await page.getByRole('button', { name: 'Release the brake' }).click();
    await page.getByText('Nothing is stopped.').waitFor();
    expect(await rig.kit.post('/v1/cards', { cardRef: 'goes-on' })).toMatchObject({ status: 201 });
  });

  it('opens an incident, sees whom it is about, restores them, and has a report', async () => {
    const card = await lockedCard(rig.kit, { cardRef: 'hit-by-the-release' });
    const page = await browser.signedIn('asha', '/console/incidents?view=new');
    const submit = page.getByRole('button', { name: 'Find the cards' });
    await page.getByLabel('Reason').fill('Release 7.3 sent PINs of the wrong card');
    await submit.click();
    await page.getByText('Say from when on.').waitFor();
    expect(await page.locator('.field-fault').allTextContents()).toHaveLength(3);
    // In the zone of the browser, which is not that of the service.
    const [from, to] = await page.evaluate<[string, string]>(`[-3600, -1].map((seconds) =>
      new Date(Date.now() + seconds * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 19))`);
    await page.getByLabel('Wrong tries from').fill(from);
    await page.getByLabel('Wrong tries until').fill(to);
    await page.getByLabel('Client', { exact: true }).fill('card-app');
    await submit.click();
    await page.getByRole('heading', { name: 'Incident: Release 7.3' }).waitFor();
    // The preview is there without being asked for again.
    const restore = page.getByRole('button', { name: 'Restore 1 card…' });
    await restore.waitFor();
    expect(await seen(page.getByRole('table', { name: 'Cards of the incident' }))).toContain(
      'hit-by-the-release',
    );
    await restore.click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restore', exact: true }).click();
    expect(await seen(page.locator('.badge-good').filter({ hasText: 'restored' }))).toBe('restored');
    await page.goto(`/console/cards/${card.cardId}`);
    await isRead(page);
    expect(await page.locator('.fact').first().innerText()).toContain('Active');
  });
});
