import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { until } from '../../support/until.js';
import { WebhookReceiver } from '../../webhooks/receiver.js';
import { ConsoleRig, type Visitor } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { expectSound } from './soundness.js';

describe.skipIf(CHROMIUM === null)('who looks after webhooks', () => {
  let receiver: WebhookReceiver;
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let asha: Visitor;
  beforeAll(async () => {
    receiver = await WebhookReceiver.open();
    rig = await ConsoleRig.open([ASHA], {
      environment: { WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8', WEBHOOK_CA_FILE: receiver.caFile },
    });
    browser = await ConsoleBrowser.open(rig);
    asha = await rig.signedIn('asha');
  });
  beforeEach(() => {
    receiver.received.length = 0;
    receiver.reply = () => ({ status: 204 });
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  /** Of an endpoint for events that do not happen here: it gets what the test sends. */
  const endpoint = async () => {
    const { body } = await asha.post('/v1/webhook-endpoints', {
      url: receiver.url,
      events: ['chip.updated'],
    });
    return body as { readonly endpointId: string; readonly secret: string };
  };
  /** Of this endpoint: what another one still has to send comes here as well. */
  const arrived = async (endpointId: string, count: number) => {
    const events = () => receiver.received.filter(({ body }) => body.includes(endpointId));
    await until(`${count} events arrive`, () => events().length >= count);
    return events();
  };
  /** As often as it takes: the answer comes to the service after the receiver has given it. */
  const deliveriesWith = async (page: Page, text: RegExp) => {
    const read = async () => {
      await page.getByRole('button', { name: 'Look again' }).click();
      await isRead(page);
      return (await page.getByRole('table', { name: 'Deliveries' }).allInnerTexts()).join();
    };
    await expect.poll(read).toMatch(text);
  };
  const test = async (page: Page) => {
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await page.getByText('A test event is on its way').waitFor();
  };

  it('adds an endpoint, has its secret once, and sees what was answered to an event that it verifies', async () => {
    const page = await browser.signedIn('asha', '/console/webhooks?view=new');
    await page.getByLabel('Reason').fill('Events for the statements of cards');
    await page.getByRole('textbox', { name: 'Address' }).fill('http://events.bank.example/');
    await page.getByRole('button', { name: 'Make the endpoint' }).click();
    expect(await seen(page.locator('.field-fault'))).toBe('An address that begins with https://.');
    await expectSound(page);
    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
    await page.getByLabel(/^chip\.updated/).check();
    await page.getByRole('button', { name: 'Make the endpoint' }).click();
    const secret = await seen(page.locator('code.secret'));
    expect(secret).toMatch(/^whsec_/);
    await expectSound(page);
    await page.getByRole('link', { name: receiver.url }).click();
    await page.getByRole('heading', { name: `Webhook endpoint ${receiver.url}` }).waitFor();
    expect(
      await page.evaluate('JSON.stringify([document.body.innerText, { ...sessionStorage }])'),
    ).not.toContain(secret);
    await test(page);
    const [event] = await arrived(new URL(page.url()).pathname.split('/').at(-1) ?? '', 1);
    const { type, data } = await verifyWebhook(
      { body: event?.body ?? '', headers: event?.headers ?? {} },
      { secret },
    );
    expect([type, data['by']]).toEqual(['webhook_endpoint.test', 'asha']);
    await deliveriesWith(page, /webhook_endpoint\.test\s+delivered[^]*HTTP 204/);
    await expectSound(page);
  });

  it('sends an event again, which comes under the same id', async () => {
    const { endpointId } = await endpoint();
    const page = await browser.signedIn('asha', `/console/webhooks/${endpointId}`);
    await test(page);
    await deliveriesWith(page, /delivered/);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is on its way again.').waitFor();
    const ids = (await arrived(endpointId, 2)).map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    await page.getByLabel('Status').selectOption('dead');
    await page.waitForURL('**?status=dead');
    expect(await seen(page.locator('.empty'))).toBe('There is no such delivery.');
  });

  it('sees that a receiver is gone, and lets a paused endpoint go on', async () => {
    const { endpointId } = await endpoint();
    receiver.reply = () => ({ status: 410 });
    const page = await browser.signedIn('asha', `/console/webhooks/${endpointId}`);
    await test(page);
    await deliveriesWith(page, /HTTP 410/);
    const facts = page.getByRole('region', { name: 'State' });
    await expect
      .poll(async () => {
        await page.reload();
        return await seen(facts);
      })
      .toContain('It has taken nothing for a day');
    await expectSound(page);
    await page.goto('/console/webhooks');
    expect(await seen(page.getByRole('row').filter({ hasText: 'paused' }))).toContain(receiver.url);
    await page.goBack();
    receiver.reply = () => ({ status: 204 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('It goes on.').waitFor();
    expect(await seen(facts)).toContain('active');
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  });

  it('gives it another secret: events are signed with both', async () => {
    const { endpointId, secret } = await endpoint();
    const page = await browser.signedIn('asha', `/console/webhooks/${endpointId}`);
    await page.getByRole('button', { name: 'Rotate the secret…' }).click();
    await page.getByLabel('Reason').fill('Ninety days are over');
    await page.getByRole('button', { name: 'Rotate the secret', exact: true }).click();
    const next = await seen(page.locator('code.secret'));
    await expectSound(page);
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await seen(page.getByText('signed with the secret before as well'))).toContain('until');
    await test(page);
    const [event] = await arrived(endpointId, 1);
    for (const known of [secret, next])
      await verifyWebhook({ body: event?.body ?? '', headers: event?.headers ?? {} }, { secret: known });
  });

  it('deletes it after a question, and is told with a request id that it is there no more', async () => {
    browser.provokes(/status of 404 .*\/webhook-endpoints\//);
    const { endpointId } = await endpoint();
    const page = await browser.signedIn('asha', `/console/webhooks/${endpointId}`);
    await page.getByRole('button', { name: 'Delete the endpoint…' }).click();
    const question = page.getByRole('alertdialog');
    await question.waitFor();
    await expectSound(page);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect((await asha.send('GET', `/v1/webhook-endpoints/${endpointId}`)).status).toBe(200);
    await page.getByRole('button', { name: 'Delete the endpoint…' }).click();
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
    expect((await asha.send('GET', `/v1/webhook-endpoints/${endpointId}`)).status).toBe(404);
    const refusal = page.waitForResponse((answer) => answer.status() === 404);
    await page.goto(`/console/webhooks/${endpointId}`);
    const requestId = (await refusal).headers()['x-request-id'] ?? 'none';
    expect(await seen(page.locator('.problem').filter({ hasText: requestId }))).toContain('NOT_FOUND');
    await expectSound(page);
  });
});
