import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';
import { expectSound } from './soundness.js';

const REASON = 'Identified at the branch with a passport';

describe.skipIf(CHROMIUM === null)('while the service is away, as a whole or in part', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const problem = (page: Page, code: string) => page.locator('.problem').filter({ hasText: code });

  it('from one operation: the page says what it was told, with the id of the request, and goes on later', async () => {
    browser.provokes(/status of 503 .*/);
    const asha = await rig.signedIn('asha');
    const { cardId } = await lockedCard(rig.kit);
    const page = await browser.signedIn('asha', `/console/cards/${cardId}`);
    await page.getByLabel('Reason').fill(REASON);
    const unlocks = { kind: 'operation', target: 'pin.unlock', reason: 'Unlocks are looked into' };
    const { brakeId } = (await asha.post('/v1/admin/brakes', unlocks)).body as { brakeId: string };
    const refusal = page.waitForResponse((answer) => answer.status() === 503);
    await page.getByRole('button', { name: 'Unlock the card' }).click();
    const requestId = (await refusal).headers()['x-request-id'] ?? 'none';
    await problem(page, `request ${requestId}`).waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe(REASON);
    await expectSound(page);
    const released = await asha.post(`/v1/admin/brakes/${brakeId}/release`, { reason: 'They are sound' });
    expect(released.status).toBe(200);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The card is unlocked.').waitFor();
  });

  // The last: what calls the service without a browser no longer finds it.
  it('nothing that was typed or chosen is lost, and what was done is done once when it is back', async () => {
    browser.provokes(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_EMPTY_RESPONSE/);
    const asha = await rig.signedIn('asha');
    const made = await asha.post('/v1/webhook-endpoints', { url: 'https://events.bank.example/pinward' });
    const { endpointId } = made.body as { endpointId: string };
    const { cardId } = await lockedCard(rig.kit, { cardRef: 'waits-for-the-service' });
    const card = await browser.signedIn('asha', `/console/cards/${cardId}`);
    await card.getByLabel('Reason').fill(REASON);
    const list = await card.context().newPage();
    await list.goto('/console/cards?pin_status=locked');
    await list.getByRole('link', { name: 'waits-for-the-service' }).waitFor();
    const endpoint = await card.context().newPage();
    await endpoint.goto(`/console/webhooks/${endpointId}?status=dead`);
    await endpoint.getByText('There is no such delivery.').waitFor();

    await rig.goAway();
    const sent = card.waitForRequest((request) => request.method() === 'POST');
    await card.getByRole('button', { name: 'Unlock the card' }).click();
    const requestId = (await sent).headers()['x-request-id'] ?? 'none';
    // Under this id support finds it, and it is sent again.
    expect(await seen(problem(card, 'UNREACHABLE'))).toMatch(
      new RegExp(`No connection[^]*UNREACHABLE · request ${requestId}`),
    );
    expect(await card.getByLabel('Reason').inputValue()).toBe(REASON);
    await expectSound(card);
    await list.getByLabel('State').selectOption('any');
    await list.waitForURL('**/cards?pin_status=any');
    expect(await seen(problem(list, 'UNREACHABLE'))).toContain('No connection');
    expect(await list.getByLabel('State').inputValue()).toBe('any');
    await expectSound(list);
    // What was read stays, with the time that it is of.
    await endpoint.getByRole('button', { name: 'Look again' }).click();
    expect(await seen(endpoint.getByText('No connection.'))).toMatch(/Shown is the state of \d\d:\d\d/);
    expect(await endpoint.locator('.empty').innerText()).toBe('There is no such delivery.');
    await expectSound(endpoint);

    await rig.comeBack();
    await list.getByRole('button', { name: 'Try again' }).click();
    await list.getByRole('link', { name: 'waits-for-the-service' }).waitFor();
    expect(new URL(list.url()).search).toBe('?pin_status=any');
    await endpoint.getByRole('button', { name: 'Try again' }).click();
    await endpoint.getByText('No connection.').waitFor({ state: 'hidden' });
    expect(await endpoint.getByLabel('Status').inputValue()).toBe('dead');
    // Loaded anew, it still is what was typed, and the same request.
    await card.reload();
    await isRead(card);
    expect(await card.getByLabel('Reason').inputValue()).toBe(REASON);
    const again = card.waitForRequest((request) => request.method() === 'POST');
    await card.getByRole('button', { name: 'Unlock the card' }).click();
    expect((await again).headers()['x-request-id']).toBe(requestId);
    await card.getByText('The card is unlocked.').waitFor();
    const owner = await rig.kit.openOwner();
    const lines = await owner.query<{ requestId: string }[]>(
      `SELECT request_id AS "requestId" FROM audit_events WHERE action = 'pin.unlock' AND card_id = $1`,
      [cardId],
    );
    expect(lines).toEqual([{ requestId }]);
  });
});
