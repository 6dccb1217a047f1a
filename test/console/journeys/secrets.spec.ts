import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead } from './console-browser.js';

describe.skipIf(CHROMIUM === null)('who changes a secret', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** @returns the secret that the page shows */
  const rotated = async (page: Page) => {
    await page.getByRole('button', { name: 'Rotate the secret…' }).click();
    await page.getByLabel('Reason').fill('Ninety days are over');
    await page.getByRole('button', { name: 'Rotate the secret', exact: true }).click();
    return await page.locator('code.secret').innerText();
  };
  const isGone = async (page: Page, secret: string) => {
    await isRead(page);
    const kept = await page.evaluate(
      'JSON.stringify([document.body.innerText, { ...sessionStorage }, { ...localStorage }])',
    );
    expect(kept).not.toContain(secret);
  };

  it('sees a client’s new one once, and it works', async () => {
    const { clientId } = await rig.kit.newClient({ scopes: ['pin:validate'] });
    const page = await browser.signedIn('asha', `/console/clients/${clientId}`);
    const secret = await rotated(page);
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    expect(await rig.kit.requestToken(form)).toMatchObject({ status: 200 });
    await page.getByRole('button', { name: 'I have it' }).click();
    await isGone(page, secret);
    // What was sent is typed no more.
    await page.getByRole('button', { name: 'Rotate the secret…' }).click();
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
  });

  it('sees a webhook endpoint’s new one once, also not after the page was left', async () => {
    const asha = await rig.signedIn('asha');
    const { status, body } = await asha.post('/v1/webhook-endpoints', {
      url: 'https://hooks.bank.example/pinward',
      events: ['pin.locked'],
    });
    expect(status).toBe(201);
    const { endpointId } = body as { endpointId: string };
    const page = await browser.signedIn('asha', `/console/webhooks/${endpointId}`);
    const secret = await rotated(page);
    expect(secret).toMatch(/^whsec_/);
    await page.reload();
    await isGone(page, secret);
  });
});
