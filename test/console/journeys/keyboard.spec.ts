import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../../scripts/development/openid-provider-persons.js';
import { until } from '../../support/until.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';

const REASON = 'Identified at the branch with a passport';

describe.skipIf(CHROMIUM === null)('who has no mouse', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let approvalId: string;
  let cardId: string;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    browser = await ConsoleBrowser.open(rig);
    ({ cardId } = await lockedCard(rig.kit, { cardRef: 'by-keys-alone' }));
    const asha = await rig.signedIn('asha');
    const asked = await asha.post(`/v1/admin/cards/${cardId}/unlock`, { reason: REASON });
    ({ approvalId } = asked.body as { approvalId: string });
    await until('a line is sealed', async () => {
      const { body } = await asha.send('GET', `/v1/admin/audit?cardId=${cardId}`);
      return (body as { items: readonly unknown[] }).items.length > 0;
    });
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const focused = async (page: Page) => await page.evaluate<string>('document.activeElement.textContent');
  /** So many stops of the Tab key are there at most on the way to anything. */
  const STOPS = 60;
  const tabTo = async (page: Page, text: string) => {
    for (let stop = 0; stop < STOPS; stop += 1) {
      if ((await focused(page)) === text) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`no stop at ${text}`);
  };
  const goTo = async (page: Page, key: string, name: string) => {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await isRead(page);
  };

  it('reads which keys there are, and is back where they were', async () => {
    const page = await browser.signedIn('ravi');
    await goTo(page, 'c', 'Cards');
    await page.getByRole('link', { name: 'by-keys-alone' }).waitFor();
    await tabTo(page, 'by-keys-alone');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    const text = await seen(help);
    for (const key of ['?', 'g', 'Home', 'End', 'Enter']) expect(text).toContain(key);
    // The keys of the sections do nothing below it.
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).toBe('/console/cards');
    await expect.poll(async () => await focused(page)).toBe('by-keys-alone');
    // Each section has a key, which leads there.
    for (const [key, name] of [
      ['p', 'Approvals'],
      ['i', 'Incidents'],
      ['a', 'Audit'],
      ['l', 'Clients'],
      ['w', 'Webhooks'],
    ] as const)
      await goTo(page, key, name);
  });

  it('approves a request of another person', async () => {
    const page = await browser.signedIn('ravi');
    await goTo(page, 'p', 'Approvals');
    await tabTo(page, 'Unlock a card');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/approvals/${approvalId}`);
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    await tabTo(page, 'Approve…');
    await page.keyboard.press('Enter');
    const question = page.getByRole('alertdialog', { name: 'Approve this request?' });
    expect(await seen(question)).toContain(REASON);
    // Escape leaves it, and the focus is where it came from.
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await expect.poll(async () => await focused(page)).toBe('Approve…');
    await page.keyboard.press('Enter');
    await question.waitFor();
    await tabTo(page, 'Approve');
    await page.keyboard.press('Enter');
    await page.getByText('Approved, and carried out.').waitFor();
    // Readers of screens are where the answer is.
    await expect.poll(async () => await focused(page)).toContain('Approved, and carried out.');
  });

  it('has a line of the audit trail proven, and takes the proof along', async () => {
    const page = await browser.signedIn('ravi');
    await goTo(page, 'a', 'Audit');
    const first = await seen(page.locator('[data-row-link]'));
    await tabTo(page, first);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/audit/*');
    const proof = page.getByRole('region', { name: 'Proof' });
    expect(await seen(proof.locator('.notice'))).toContain('This line is in the trail');
    await tabTo(page, 'Download the proof');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toMatch(/^audit-line-\d+\.json$/);
  });

  it('takes the newest checkpoint along', async () => {
    const page = await browser.signedIn('ravi', '/console/audit?view=keys');
    await page.getByRole('button', { name: 'Download the checkpoint' }).waitFor();
    await tabTo(page, 'Download the checkpoint');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toMatch(/^checkpoint-\d+\.txt$/);
  });
});
