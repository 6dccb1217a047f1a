import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { buildFrame } from '../../scripts/package/frame.js';
import { PadDriver, snippet } from './pad-driver.js';
import { POLICY, type PadPages } from './pad-pages.js';
import { Site } from './site.js';
import { bundleForWeb } from './web-bundle.js';

const HEADING = 'In a frame of another origin';

export interface EmbeddedCard {
  readonly cardId: string;
  readonly pinAccount: string;
}

/** The page of npm run package:frame on an origin of its own, as docs/pin-pad.md has it served. */
export class FrameGround implements AsyncDisposable {
  #pages = 0;

  private constructor(
    readonly pages: PadPages,
    readonly hosted: Site,
  ) {}

  static async open(pages: PadPages): Promise<FrameGround> {
    const ground = new FrameGround(pages, await Site.start('127.0.0.1'));
    const folder = mkdtempSync(join(tmpdir(), 'pinward-frame-'));
    try {
      await buildFrame(folder);
      const file = (name: string) => readFileSync(join(folder, name), 'utf8');
      const policy = snippet(HEADING, 'http')
        .replace(/^.*?: /, '')
        .trim();
      ground.hosted.files.set('/', { type: 'text/html', body: file('index.html'), policy });
      ground.hosted.files.set('/frame.js', { type: 'text/javascript', body: file('frame.js') });
      ground.hosted.files.set('/frame.css', { type: 'text/css', body: file('frame.css') });
      ground.configure(file('pinward-frame.json'));
    } finally {
      rmSync(folder, { recursive: true });
    }
    return ground;
  }

  /** What docs/pin-pad.md shows, for this page and these keys. */
  configureFor(embedder: string, thumbprint: string): void {
    this.configure(
      snippet(HEADING, 'json').replace('https://app.example', embedder).replace('THUMBPRINT', thumbprint),
    );
    this.allow(embedder);
  }

  configure(body: string): void {
    this.hosted.files.set('/pinward-frame.json', { type: 'application/json', body });
  }

  /** The header frame-ancestors. */
  allow(embedder: string): void {
    const page = this.hosted.files.get('/');
    if (page === undefined) throw new Error('no page');
    const policy = page.policy?.replace(/frame-ancestors [^;]+/, `frame-ancestors ${embedder}`) ?? '';
    this.hosted.files.set('/', { ...page, policy });
  }

  /** The embedding page; what became of the frame is its `outcome`. @param change of the code of docs/pin-pad.md */
  async embed(
    card: EmbeddedCard,
    change: (code: string) => string = (code) => code,
    first?: string,
  ): Promise<Page> {
    const path = `/embed-${(this.#pages += 1)}`;
    const code = change(
      snippet(HEADING, 'js')
        .replace('https://pin.example/', `${this.hosted.origin}/`)
        .replaceAll('CARD_ID', card.cardId)
        .replace('PIN_ACCOUNT', card.pinAccount),
    );
    const mounted = code
      .replace('await mountPinFrame', 'globalThis.outcome = mountPinFrame')
      .replace(
        /\}\);\n$/,
        "}).then((frame) => ((globalThis.frame = frame), 'mounted'), ({ code }) => code);\n",
      );
    this.pages.site.files.set(`${path}.js`, { type: 'text/javascript', body: await bundleForWeb(mounted) });
    this.pages.site.files.set(path, {
      type: 'text/html',
      policy: `${POLICY}; frame-src ${this.hosted.origin} ${this.pages.site.origin}`,
      body:
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Card</title></head>` +
        `<body><main><div id="pin"></div></main><script type="module" src="${path}.js"></script></body></html>`,
    });
    return await this.pages.visit(`${this.pages.site.origin}${path}`, {}, first);
  }

  /** The pad within an embedding page. */
  async within(page: Page): Promise<PadDriver> {
    expect(await page.evaluate('outcome')).toBe('mounted');
    const frame = page.frames().find((one) => one.url().startsWith(this.hosted.origin));
    return await PadDriver.on(page, frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}
