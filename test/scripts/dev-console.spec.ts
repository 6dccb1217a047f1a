import { readFileSync, writeFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, theChromium } from '../client/chromium.js';
import { signInAs } from '../console/journeys/console-browser.js';
import { PATIENCE_MS } from '../support/until.js';
import { Checkout, type Program } from './checkout.js';

const CHROMIUM = findChromium();
const WAITING = /waiting for a change/;

describe.skipIf(CHROMIUM === null)('the console of npm run dev', { timeout: 180_000 }, () => {
  let checkout: Checkout;
  let dev: Program;
  let consoleUrl: string;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    checkout = new Checkout();
    dev = checkout.run('npm run dev');
    await dev.says(WAITING);
    consoleUrl = /^Console: (https:\S+\/console\/) /m.exec(dev.said())?.[1] ?? '';
    context = await (await theChromium(CHROMIUM ?? '')).newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(PATIENCE_MS);
    page = await context.newPage();
  }, 180_000);
  afterAll(async () => {
    await context.close();
    await checkout[Symbol.asyncDispose]();
  });

  const change = (file: string, from: string, to: string): void => {
    const path = checkout.file('apps/console/src', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };
  const status = async (url: string | URL): Promise<number> =>
    (await context.request.get(String(url), { maxRedirects: 0 })).status();

  it('lets a person sign in, with a session that no script can read', async () => {
    expect(consoleUrl).not.toContain(new URL(checkout.developmentFile().baseUrl).host);
    await page.goto(`${consoleUrl}cards?pin_status=any`);
    await signInAs(page, 'asha');
    await page.waitForURL(`${consoleUrl}cards?pin_status=any`);
    await page.getByRole('heading', { name: 'Cards' }).waitFor();
    const cookies = await context.cookies(consoleUrl);
    expect(cookies.find(({ name }) => name === '__Host-pinward-console')).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
    });
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  it('shows a change without reading the page anew, and starts no service for it', async () => {
    const field = page.getByLabel('Reference', { exact: true });
    await field.fill('12');
    await page.evaluate('globalThis.stayed = true');
    const { length } = dev.said();
    change('pages/cards/cards-page.tsx', 'title="Cards"', 'title="Cards of the house"');
    await page.getByRole('heading', { name: 'Cards of the house' }).waitFor();
    change('styles/tokens.css', ':root {', ':root { --seen-at-once: yes;');
    await expect
      .poll(() =>
        page.evaluate('getComputedStyle(document.documentElement).getPropertyValue("--seen-at-once")'),
      )
      .toBe('yes');
    expect(await field.inputValue()).toBe('12');
    expect(await page.evaluate('globalThis.stayed')).toBe(true);
    expect(dev.said().slice(length)).not.toMatch(/after the change|waiting/);
  });

  it('goes on with a service that was started again', async () => {
    const ready = dev.says(WAITING);
    const path = checkout.file('apps/pin-service/src/main.ts');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nconsole.error('started once more');\n`);
    await ready;
    expect(dev.said()).toContain('started once more');
    await page.getByLabel('State').selectOption('locked');
    await page.getByText('No card is locked.').waitFor();
    expect(await page.evaluate('globalThis.stayed')).toBe(true);
  });

  it('shows nothing of the machine but the console and its packages', async () => {
    expect(await status(`${consoleUrl}src/main.tsx`)).toBe(200);
    for (const file of ['var/dev.json', 'var/secrets/token-pin', 'package.json'])
      expect([file, await status(`${consoleUrl}@fs${checkout.file(file)}`)]).toEqual([file, 403]);
    expect(await status(new URL('/health/live', consoleUrl))).toBe(200);
    expect(await status(new URL('/v1/admin/cards', consoleUrl))).toBe(200);
  });

  it('keeps its address from start to start', async () => {
    await dev.interrupt();
    dev = checkout.run('npm run dev');
    await dev.says(WAITING);
    expect(dev.said()).toContain(`Console: ${consoleUrl} `);
  });
});

it('npm run dev is refused in production', async () => {
  await using checkout = new Checkout();
  const dev = checkout.run('npm run dev', { PINWARD_ENV: 'production' });
  expect(await dev.ended).toBe(1);
  expect(dev.said()).toContain('PINWARD_ENV is "production": npm run dev knows development alone.');
});
