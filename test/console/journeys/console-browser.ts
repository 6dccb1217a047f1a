import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  ConsoleMessage,
  Locator,
  Page,
} from 'playwright-core';
import { expect } from 'vitest';
import { findChromium, theChromium } from '../../client/chromium.js';
import { PATIENCE_MS } from '../../support/until.js';
import type { ConsoleRig } from '../console-rig.js';

export const CHROMIUM = findChromium();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser that has not signed in asks once whose session it has. */
const FIRST_LOOK = /status of 401 .* \/console\/session$/;

/** Pages of the console in a browser. Each that is opened is a browser of its own person: another cookie jar. */
export class ConsoleBrowser {
  readonly #contexts: BrowserContext[] = [];
  readonly #faults: string[] = [];
  #provoked: readonly RegExp[] = [];

  private constructor(
    private readonly rig: ConsoleRig,
    private readonly browser: Browser,
  ) {}

  static async open(rig: ConsoleRig): Promise<ConsoleBrowser> {
    return new ConsoleBrowser(rig, await theChromium(CHROMIUM ?? ''));
  }

  /** @param browser another one, which keeps pages for its Back, say */
  async page(options: BrowserContextOptions = {}, browser = this.browser): Promise<Page> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      baseURL: this.rig.url,
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    this.#watch(context);
    return await context.newPage();
  }

  /** Where the person has come to, having signed in at the provider's own page. */
  async signedIn(person: string, path = '/console/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(path);
    await signInAs(page, person);
    const { pathname } = new URL(path, this.rig.url);
    await page.waitForURL((url) => url.origin === this.rig.url && url.pathname === pathname);
    await page.locator('main h1').waitFor();
    return page;
  }

  /** Messages that the test itself has caused: what the browser says of an answer, such as `409`. */
  provokes(...messages: readonly RegExp[]): void {
    this.#provoked = [...this.#provoked, ...messages];
  }

  /**
   * After each test.
   *
   * @throws AssertionError when a page has complained, broken, violated its policy or called anybody else
   */
  async settle(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map(async (context) => await context.close()));
    const expected = [FIRST_LOOK, ...this.#provoked];
    const faults = this.#faults.splice(0).filter((fault) => !expected.some((message) => message.test(fault)));
    this.#provoked = [];
    expect(faults).toEqual([]);
  }

  #watch(context: BrowserContext): void {
    const origins = [this.rig.url, new URL(this.rig.provider.provider.issuer).origin];
    // Violations of the policy are errors of the browser's console as well.
    context.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#faults.push(textOf(message));
    });
    context.on('weberror', (error) => this.#faults.push(`page error: ${String(error.error())}`));
    context.on('dialog', (dialog) => {
      this.#faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('request', (request) => {
      const url = request.url();
      if (!origins.some((origin) => url.startsWith(`${origin}/`)) && !url.startsWith('blob:'))
        this.#faults.push(`request to elsewhere: ${url}`);
    });
  }
}

function textOf(message: ConsoleMessage): string {
  const { url } = message.location();
  return `${message.text()} ${url === '' ? '' : new URL(url).pathname}`;
}

/** At the provider's page, which it waits for. */
export async function signInAs(page: Page, person: string): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in as' }).waitFor();
  await page.locator(`button[name="person"][value="${person}"]`).click();
}

/** Through the menu of the person; the provider still knows who it was. */
export async function signOutHere(page: Page): Promise<void> {
  await page.locator('.person').click();
  await page.getByRole('menuitem', { name: 'Sign out of the console only' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
}

/** The text of what a person is to see, once it is there. */
export async function seen(place: Locator): Promise<string> {
  await place.first().waitFor();
  return await place.first().innerText();
}

/** Nothing is being read any more. */
export async function isRead(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('.loading, [aria-busy="true"]').first().waitFor({ state: 'hidden' });
}

/**
 * What axe finds, also by its rules of good practice. The debugger runs it: no policy forbids that.
 *
 * @param rules default: all of them
 */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Half a megabyte of text: sent once to each page.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const { violations, passes } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  // It has looked at something.
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
