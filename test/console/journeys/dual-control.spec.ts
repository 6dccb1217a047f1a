import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';

const REASON = 'Identified at the branch with a passport';

describe.skipIf(CHROMIUM === null)('what takes two persons', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open(
      [ASHA, RAVI, { subject: 'lena', name: 'Lena Vogt', scopes: ['ops:read', 'ops:clients'] }],
      { environment: { APPROVALS: '2' } },
    );
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** An unlock that Asha has asked for, on the page of its approval. */
  const asked = async () => {
    const { cardId } = await lockedCard(rig.kit);
    const page = await browser.signedIn('asha', `/console/cards/${cardId}`);
    await page.getByText('It takes a second person').waitFor();
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    await page.getByRole('link', { name: 'The approval' }).click();
    await page.getByRole('heading', { name: 'Unlock a card' }).waitFor();
    return { cardId, page, path: new URL(page.url()).pathname };
  };
  const confirm = async (page: Page, button: string, action: string) => {
    await page.getByRole('button', { name: button }).click();
    const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain(REASON);
    await dialog.getByRole('button', { name: action, exact: true }).click();
  };

  it('is asked for by one and approved by another, and the trail names both', async () => {
    const { cardId, page, path } = await asked();
    expect(await seen(page.getByText('your own request'))).toContain('another person decides');
    expect(await page.getByRole('button', { name: /Approve/ }).count()).toBe(0);
    await page.goto(`/console/cards/${cardId}`);
    expect(await seen(page.getByRole('note').filter({ hasText: 'asked for an unlock' }))).toContain(REASON);
    expect(await page.getByRole('button', { name: 'Unlock the card' }).count()).toBe(0);

    const other = await browser.signedIn('ravi', '/console/');
    await other.getByRole('link', { name: 'Unlock a card' }).click();
    await other.getByRole('heading', { name: 'Unlock a card', level: 1 }).waitFor();
    expect(new URL(other.url()).pathname).toBe(path);
    await isRead(other);
    expect(await other.locator('main').innerText()).toContain(REASON);
    await confirm(other, 'Approve…', 'Approve');
    expect(await seen(other.getByText('Approved, and carried out.'))).toBe('Approved, and carried out.');

    await page.reload();
    await isRead(page);
    expect(await seen(page.locator('.fact').filter({ hasText: 'Last unlock' }))).toContain('asha');
    expect(await page.locator('.fact').first().innerText()).toContain('Active');
    await expect
      .poll(async () => {
        await page.reload();
        await isRead(page);
        return (await page.getByRole('table', { name: 'History of the card' }).allInnerTexts()).join();
      })
      .toMatch(/asha[^]*ravi/);
  });

  it('is rejected by another, or withdrawn by who asked; nothing is done then', async () => {
    for (const [person, button, action, told] of [
      ['ravi', 'Reject…', 'Reject', 'Rejected. Nothing was done.'],
      ['asha', 'Withdraw…', 'Withdraw', 'Rejected. Nothing was done.'],
    ] as const) {
      const { cardId, path } = await asked();
      const page = await browser.signedIn(person, path);
      await confirm(page, button, action);
      expect(await seen(page.getByText(told))).toBe(told);
      await page.goto(`/console/cards/${cardId}`);
      await page.getByRole('button', { name: 'Unlock the card' }).waitFor();
      expect(await page.locator('.fact').first().innerText()).toContain('Locked');
    }
  });

  it('is not decided by who has not the right, nor by who asked, whatever the page is made to send', async () => {
    browser.provokes(/status of 40[34] .*\/approvals\//);
    const { cardId, page, path } = await asked();
    const other = await browser.signedIn('lena', path);
    await isRead(other);
    expect(await other.locator('main').innerText()).toContain('Your rights do not allow this');
    expect(await other.locator('main').innerText()).not.toContain(REASON);
    expect(await other.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0);
    const answer = await page.evaluate<{ status: number; code: string }>(`(async () => {
      const { csrf_token } = await (await fetch('/console/session')).json();
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf_token, 'x-request-id': crypto.randomUUID() };
      const path = location.pathname.replace('/console/', '/v1/admin/') + '/approve';
      const response = await fetch(path, { method: 'POST', headers, body: '{}' });
      return { status: response.status, code: (await response.json()).code };
    })()`);
    expect(answer.status).toBe(403);
    await page.goto(`/console/cards/${cardId}`);
    await isRead(page);
    expect(await page.locator('.fact').first().innerText()).toContain('Locked');
  });
});
