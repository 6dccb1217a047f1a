import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { axeFindings, CHROMIUM, ConsoleBrowser } from './console-browser.js';
import { come, everyPage, seedDay, type EveryPage } from './every-page.js';
import { sideways, tooLongLines, WIDEST } from './soundness.js';

const WIDTHS = [1280, 360] as const;

describe.skipIf(CHROMIUM === null)('the console is there for everybody', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let pages: readonly EveryPage[];
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    browser = await ConsoleBrowser.open(rig);
    pages = everyPage(await seedDay(rig, [await rig.signedIn('asha'), await rig.signedIn('ravi')]));
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** Wide and narrow, light and dark, with more contrast, and with letters twice as large. */
  const findings = async (page: Page): Promise<readonly string[]> => {
    const found: string[] = [];
    const note = (where: string, what: readonly string[]) =>
      void found.push(...what.map((finding) => `${where}: ${finding}`));
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
      note(`${width} px`, [...(await axeFindings(page)), ...(await sideways(page))]);
      for (const contrast of ['no-preference', 'more'] as const) {
        await page.emulateMedia({ colorScheme: 'dark', contrast });
        note(`${width} px, dark, ${contrast}`, await axeFindings(page, ['color-contrast']));
      }
    }
    await page.setViewportSize({ width: WIDEST, height: 2160 });
    note(`${WIDEST} px`, [...(await sideways(page)), ...(await tooLongLines(page))]);
    // WCAG 2.2, 1.4.4 and 1.4.10. A person's own setting: the policy allows no style sheet of a test.
    await page.setViewportSize({ width: 640, height: 800 });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    note('large letters', await sideways(page));
    return found;
  };

  it('no page has a finding of axe, or scrolls sideways', { timeout: 300_000 }, async () => {
    const first = await browser.signedIn('asha');
    const left = pages.values();
    const found: string[] = [];
    // Each tab has a process of the browser, and takes the next page that is left.
    const work = async (page: Page) => {
      for (const one of left) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await come(page, one);
        found.push(...(await findings(page)).map((finding) => `${one.name}, ${finding}`));
      }
    };
    await Promise.all([work(first), work(await first.context().newPage())]);
    expect(found).toEqual([]);
  });

  it('has no finding without a session either', async () => {
    const page = await browser.page();
    for (const reason of ['', '?reason=refused', '?reason=unavailable', '?reason=no_rights']) {
      await page.goto(`/console/signed-out${reason}`);
      await page.getByRole('heading').waitFor();
      expect(await findings(page)).toEqual([]);
    }
  });
});
