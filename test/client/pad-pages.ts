import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { theChromium } from './chromium.js';
import { PadDriver, snippet } from './pad-driver.js';
import { Site } from './site.js';
import { bundleForWeb } from './web-bundle.js';

/** As strict as a policy can be that lets a page run and call its backend. */
export const POLICY = snippet('What it keeps to itself', 'http')
  .replace(/^.*?: /, '')
  .trim();

/** Keeps what the policy has kept from happening. */
const WATCH = `globalThis.violations = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));`;

/** The scripts of docs/pin-pad.md, made once in a process. */
const SCRIPTS: Readonly<Record<string, () => Promise<string>>> = {
  '/app.js': once(async () => await bundleForWeb(`${WATCH}\n${snippet('On a page', 'js')}`)),
  '/details.js': once(
    async () => await bundleForWeb(`${WATCH}\n${snippet('Card details', 'js')}\nglobalThis.reveal = reveal;`),
  ),
};

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return async () => await (made ??= make());
}

export interface PadPage extends BrowserContextOptions {
  /** Attributes of the body. */
  readonly body?: string;
  /** Between the tags of the pad. */
  readonly inside?: string;
  /** A style sheet, which the policy then allows. */
  readonly css?: string;
  /** Runs before anything of the page. */
  readonly first?: string;
}

/** Pages with the pad as docs/pin-pad.md has it, in a browser. */
export class PadPages implements AsyncDisposable {
  #pages = 0;
  readonly #common: Promise<BrowserContext>;

  private constructor(
    readonly site: Site,
    readonly browser: Browser,
  ) {
    this.#common = this.#context({});
  }

  static async open(chromium: string): Promise<PadPages> {
    const [site, browser] = await Promise.all([Site.start(), theChromium(chromium)]);
    for (const [path, script] of Object.entries(SCRIPTS))
      site.files.set(path, { type: 'text/javascript', body: await script() });
    return new PadPages(site, browser);
  }

  async pad(attributes: Readonly<Record<string, string>>, page: PadPage = {}): Promise<PadDriver> {
    return await this.#show('pinward-pin-pad', attributes, '/app.js', page);
  }

  /** With the element for card details instead. */
  async details(attributes: Readonly<Record<string, string>>, page: PadPage = {}): Promise<PadDriver> {
    return await this.#show('pinward-card-details', attributes, '/details.js', page);
  }

  async #show(
    tag: string,
    attributes: Readonly<Record<string, string>>,
    script: string,
    { body = '', inside = '', css, first, ...context }: PadPage,
  ): Promise<PadDriver> {
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    const path = `/page-${(this.#pages += 1)}`;
    const sheet = css === undefined ? '' : `<link rel="stylesheet" href="${path}.css">`;
    if (css !== undefined) this.site.files.set(`${path}.css`, { type: 'text/css', body: css });
    this.site.files.set(path, {
      type: 'text/html',
      policy: css === undefined ? POLICY : `${POLICY}; style-src 'self'`,
      body:
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Card</title>` +
        `<meta name="viewport" content="width=device-width">${sheet}</head><body ${body}>` +
        `<main><h1>Your card</h1><${tag} ${written.join(' ')}>${inside}</${tag}></main>` +
        `<script type="module" src="${script}"></script></body></html>`,
    });
    return await PadDriver.on(await this.visit(`${this.site.origin}${path}`, context, first));
  }

  async visit(url: string, context: BrowserContextOptions = {}, first?: string): Promise<Page> {
    const common = Object.keys(context).length === 0;
    const browsing = common ? await this.#common : await this.#context(context);
    const page = await browsing.newPage();
    if (first !== undefined) await page.addInitScript(first);
    await page.goto(url);
    return page;
  }

  async #context(options: BrowserContextOptions): Promise<BrowserContext> {
    return await this.browser.newContext({ viewport: { width: 360, height: 720 }, ...options });
  }

  /** All pages. */
  async close(): Promise<void> {
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    await Promise.all(pages.map(async (page) => await page.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.browser.contexts().map(async (context) => await context.close()));
    await this.site[Symbol.asyncDispose]();
  }
}
