import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { expectSound } from './soundness.js';

describe.skipIf(CHROMIUM === null)('what gives power takes two persons', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** What the person at the page has asked for, approved by the other one, on the same page of the approval. */
  const approvedByRavi = async (page: Page) => {
    await page.getByRole('link', { name: 'an approval' }).click();
    await page.getByRole('region', { name: 'Request' }).waitFor();
    const path = new URL(page.url()).pathname;
    const other = await browser.signedIn('ravi', path);
    await other.getByRole('button', { name: 'Approve…' }).click();
    await other.getByRole('alertdialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await other.getByText('Approved, and carried out.').waitFor();
    return other;
  };
  /** What the browser still has of a page, also where nobody looks. */
  const kept = async (page: Page) =>
    await page.evaluate<string>(
      'JSON.stringify([document.body.innerText, { ...sessionStorage }, { ...localStorage }])',
    );

  it('a receiver of codes is asked for, approved, and its secret collected once by who asked', async () => {
    const page = await browser.signedIn('asha', '/console/webhooks?view=new');
    await page.getByRole('textbox', { name: 'Address' }).fill('https://gateway.bank.example/codes');
    await page.getByLabel(/^otp\.issued/).check();
    await page.getByText('gets one-time passwords with their codes').waitFor();
    await page.getByLabel('Reason').fill('The new gateway for messages');
    await page.getByRole('button', { name: 'Make the endpoint' }).click();
    await page.getByText('This takes a second person').waitFor();
    await expectSound(page);
    const other = await approvedByRavi(page);
    expect(await seen(other.getByRole('region', { name: 'Secret' }))).toContain('Only the person who asked');
    await page.reload();
    await page.getByRole('button', { name: 'Collect the secret' }).waitFor();
    await expectSound(page);
    await page.getByRole('button', { name: 'Collect the secret' }).click();
    const secret = await seen(page.locator('code.secret'));
    expect(secret).toMatch(/^whsec_/);
    await expectSound(page);
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await seen(page.getByRole('region', { name: 'Secret' }))).toContain('It was collected.');
    expect(await kept(page)).not.toContain(secret);
    await page.reload();
    await isRead(page);
    expect(await page.getByRole('button', { name: 'Collect the secret' }).count()).toBe(0);
  });

  it('a client’s new secret, once approved, is collected and works', async () => {
    const { clientId } = await rig.kit.newClient({ scopes: ['pin:validate'] });
    const asha = await rig.signedIn('asha');
    const asked = await asha.post(`/v1/admin/clients/${clientId}/rotate-secret`, {
      reason: 'Ninety days are over',
    });
    expect(asked.status).toBe(202);
    const { approvalId } = asked.body as { approvalId: string };
    const ravi = await rig.signedIn('ravi');
    expect((await ravi.post(`/v1/admin/approvals/${approvalId}/approve`, {})).status).toBe(200);
    const page = await browser.signedIn('asha', `/console/approvals/${approvalId}`);
    await page.getByRole('button', { name: 'Collect the secret' }).click();
    const secret = await seen(page.locator('code.secret'));
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    expect(await rig.kit.requestToken(form)).toMatchObject({ status: 200 });
    await page.reload();
    await isRead(page);
    expect(await kept(page)).not.toContain(secret);
  });

  it('a brake stops at once for one, and goes on only with the other', async () => {
    browser.provokes(/status of 503 .*/);
    const page = await browser.signedIn('asha', '/console/incidents?view=brakes');
    await page.getByLabel('What to stop').selectOption('operation');
    await page.getByLabel('Operation', { exact: true }).selectOption('card.register');
    await page.getByLabel('Reason').fill('Cards are registered twice');
    await page.getByRole('button', { name: 'Stop an operation' }).click();
    await page.getByText('It is stopped, on every replica').waitFor();
    const register = async () => (await rig.kit.post('/v1/cards', { cardRef: 'braked' })).status;
    expect(await register()).toBe(503);
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Reason').first().fill('The import was put right');
    await expectSound(page);
    await page.getByRole('button', { name: 'Release the brake' }).click();
    await page.getByText('This takes a second person').waitFor();
    // What was sent is typed no more.
    expect(await kept(page)).not.toContain('The import was put right');
    expect(await register()).toBe(503);
    await approvedByRavi(page);
    expect(await register()).toBe(201);
    await page.goto('/console/incidents?view=brakes');
    await page.getByText('Nothing is stopped.').waitFor();
  });
});
