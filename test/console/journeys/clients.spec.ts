import type { Page } from 'playwright-core';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { axeFindings, CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';

const REASON = 'Decision of the security board';
const AGREED = {
  scopes: ['pin:set', 'pin:validate'],
  allowedAddresses: ['127.0.0.0/8', '192.0.2.0/24'],
  requestsPerMinute: 600,
};

const textOf = async (page: Page) => await page.locator('main').innerText();
const fact = (page: Page, name: string) => page.locator('.fact').filter({ hasText: name });
const tokenOf = async (rig: ConsoleRig, clientId: string, clientSecret: string) => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const { status, body } = await rig.kit.requestToken(form);
  return { status, token: (body as { access_token: string }).access_token };
};

describe.skipIf(CHROMIUM === null)('a client, looked after by one person', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let owner: DataSource;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
    owner = await rig.kit.openOwner();
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  it('is made with a secret that is shown once, and works', async () => {
    const page = await browser.signedIn('asha', '/console/clients?view=new');
    await page.getByLabel('Client id').fill('card-backend');
    await page.getByLabel(/^pin:validate /).check();
    await page.getByLabel('Allowed addresses').fill('127.0.0.0/8');
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Make the client' }).click();
    const secret = await page.locator('code.secret').innerText();
    expect(await tokenOf(rig, 'card-backend', secret)).toMatchObject({ status: 200 });
    await page.getByRole('link', { name: 'card-backend' }).click();
    await page.getByRole('heading', { name: 'What it may do' }).waitFor();
    await isRead(page);
    expect(await textOf(page)).toContain('validate PINs');
    await page.goBack();
    await isRead(page);
    const kept = await page.evaluate('JSON.stringify([document.body.innerText, { ...sessionStorage }])');
    expect(kept).not.toContain(secret);
  });

  it('has two secrets while one is rotated, and the page says until when the older works', async () => {
    const { clientId, clientSecret } = await rig.kit.newClient(AGREED);
    const page = await browser.signedIn('asha', `/console/clients/${clientId}`);
    await page.getByRole('button', { name: 'Rotate the secret…' }).click();
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Rotate the secret', exact: true }).click();
    const secret = await page.locator('code.secret').innerText();
    for (const working of [clientSecret, secret])
      expect(await tokenOf(rig, clientId, working)).toMatchObject({ status: 200 });
    const rows = page.getByRole('region', { name: 'Secrets' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(0).innerText()).toContain('until it is replaced');
    expect(await rows.nth(1).innerText()).toMatch(/until \S/);
    const { body } = await (await rig.signedIn('asha')).send('GET', `/v1/admin/clients/${clientId}`);
    const [, older] = (body as { secrets: { expiresAt?: string }[] }).secrets;
    expect(await rows.nth(1).locator('time').last().getAttribute('datetime')).toBe(older?.expiresAt);
  });

  it('has secrets whose age is told against ninety days', async () => {
    const days = [0, 75, 76, 90];
    for (const age of days) {
      const { clientId } = await rig.kit.newClient({ ...AGREED, clientId: `aged-${age}-days` });
      await owner.query(
        'UPDATE client_secrets SET created_at = now() - make_interval(days => $2, mins => 1) WHERE client_id = $1',
        [clientId, age],
      );
    }
    const page = await browser.signedIn('asha', '/console/clients');
    await isRead(page);
    const words = ['0 of 90 days', '75 of 90 days', '76 of 90 days: rotate it', '90 of 90 days: too old'];
    for (const [place, age] of days.entries()) {
      const row = page.getByRole('row').filter({ hasText: `aged-${age}-days` });
      expect(await row.locator('.badge').innerText()).toBe(words[place]);
    }
    await page.goto('/console/clients/aged-76-days');
    expect(await seen(page.getByRole('region', { name: 'Secrets' }).locator('.badge'))).toBe(words[2]);
  });

  it('is narrowed at once with the keyboard alone, and its tokens lose what it has lost', async () => {
    const { clientId, clientSecret } = await rig.kit.newClient(AGREED);
    const { token } = await tokenOf(rig, clientId, clientSecret);
    const keys = async () => (await rig.kit.service.request('GET', '/v1/pin-keys', { token })).status;
    expect(await keys()).toBe(200);
    const page = await browser.signedIn('asha', `/console/clients/${clientId}`, {
      viewport: { width: 360, height: 800 },
    });
    await page.getByRole('link', { name: 'Change', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The difference' }).waitFor();
    expect(await textOf(page)).toContain('Nothing is different yet.');
    await page.getByLabel(/^pin:set /).focus();
    await page.keyboard.press('Space');
    await page.getByLabel('Allowed addresses').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('192.0.2.0/25');
    const difference = page.getByRole('region', { name: 'The difference' });
    expect(await seen(difference.getByRole('note'))).toContain('takes no second person');
    for (const removed of ['pin:set', '127.0.0.0/8'])
      expect(await difference.getByRole('listitem').filter({ hasText: removed }).innerText()).toContain(
        'removed',
      );
    expect(await difference.getByRole('listitem').filter({ hasText: '192.0.2.0/25' }).innerText()).toContain(
      'narrower',
    );
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Reason').focus();
    await page.keyboard.type(REASON);
    await page.keyboard.press('Enter');
    expect(await seen(page.getByRole('status'))).toContain('The client is changed.');
    expect(await keys()).toBe(403);
    await page.getByRole('link', { name: 'Back to the client' }).click();
    await page.getByRole('heading', { name: 'Secrets' }).waitFor();
    const facts = await fact(page, 'From addresses').innerText();
    expect(facts).toContain('192.0.2.0/25');
    expect(facts).not.toContain('127.0.0.0/8');
    expect(await textOf(page)).not.toContain('set a first PIN');
    // What was sent is typed no more.
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
    expect(await page.getByLabel('Allowed addresses').inputValue()).toBe('192.0.2.0/25');
  });

  it('is revoked for good when its name was typed', async () => {
    const { clientId, clientSecret } = await rig.kit.newClient(AGREED);
    const page = await browser.signedIn('asha', `/console/clients/${clientId}`);
    await page.getByRole('button', { name: 'Revoke the client…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByLabel('Name').fill('another');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    expect(await seen(dialog.getByText('This is not the name.'))).toBe('This is not the name.');
    expect(await tokenOf(rig, clientId, clientSecret)).toMatchObject({ status: 200 });
    await dialog.getByLabel('Name').fill(clientId);
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    expect(await seen(page.getByText('revoked', { exact: true }))).toBe('revoked');
    expect(await tokenOf(rig, clientId, clientSecret)).toMatchObject({ status: 401 });
    for (const name of ['Change', 'Rotate the secret…', 'Revoke the client…'])
      expect(await page.getByText(name, { exact: true }).count(), name).toBe(0);
  });
});

describe.skipIf(CHROMIUM === null)('a client that gets more', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** More of everything, asked for by Asha. @returns the path of the approval */
  const asked = async (clientId: string) => {
    const page = await browser.signedIn('asha', `/console/clients/${clientId}?view=change`);
    await page.getByLabel(/^pin:change /).check();
    await page.getByLabel('Allowed addresses').fill('192.0.2.0/23');
    await page.getByLabel('Requests a minute').fill('6000');
    const note = page.getByRole('region', { name: 'The difference' }).getByRole('note');
    await expect.poll(() => note.innerText()).toContain('It takes a second person');
    const words = await note.innerText();
    for (const gain of ['pin:change', 'addresses from which it cannot call now', 'a higher rate'])
      expect(words).toContain(gain);
    await page.getByLabel('Reason').fill(REASON);
    await page.getByRole('button', { name: 'Change the client' }).click();
    await page.getByRole('link', { name: 'an approval' }).click();
    await page.getByRole('heading', { name: 'Change a client' }).waitFor();
    return new URL(page.url()).pathname;
  };
  const approve = async (page: Page) => {
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Approve', exact: true }).click();
  };

  it('is asked for by one, seen in full and approved by another, and only then changed', async () => {
    const { clientId } = await rig.kit.newClient(AGREED);
    const path = await asked(clientId);
    const other = await browser.signedIn('ravi', '/console/approvals');
    await other.getByRole('link', { name: 'Change a client' }).first().click();
    await other.getByRole('heading', { name: 'Change a client', level: 1 }).waitFor();
    expect(new URL(other.url()).pathname).toBe(path);
    await isRead(other);
    const shown = await textOf(other);
    for (const word of [REASON, clientId, 'change PINs', 'validate PINs', 'added', 'removed', '600', '6,000'])
      expect(shown).toContain(word);
    const ranges = fact(other, 'From addresses').getByRole('listitem');
    expect((await ranges.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
      '127.0.0.0/8 removed',
      '192.0.2.0/24 removed',
      '192.0.2.0/23 added',
    ]);
    expect(await axeFindings(other)).toEqual([]);
    await approve(other);
    expect(await seen(other.getByText('Approved, and carried out.'))).toBe('Approved, and carried out.');
    await other.getByRole('link', { name: clientId }).click();
    await other.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect(await textOf(other)).toContain('change PINs');
    expect(await fact(other, 'Requests a minute').innerText()).toContain('6,000');
  });

  it('is not changed by an approval that came too late: the page says so, and it stays open', async () => {
    browser.provokes(/status of 409 .*\/approve/);
    const { clientId } = await rig.kit.newClient(AGREED);
    const path = await asked(clientId);
    const narrowed = await (
      await rig.signedIn('ravi')
    ).post(`/v1/admin/clients/${clientId}/change`, { scopes: ['pin:set'], reason: REASON });
    expect(narrowed.status).toBe(200);
    const other = await browser.signedIn('ravi', path);
    await isRead(other);
    await approve(other);
    expect(await seen(other.getByRole('alertdialog').getByText(/has changed since/))).toContain(
      'ask for a new one',
    );
    await other.goto(`/console/clients/${clientId}`);
    await isRead(other);
    expect(await textOf(other)).not.toContain('change PINs');
  });
});
