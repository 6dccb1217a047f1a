import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './chromium.js';
import { OwnKeySet } from './own-key-set.js';
import { showOwnCard } from './own-reveal.js';
import type { PadDriver } from './pad-driver.js';
import { PadPages, type PadPage } from './pad-pages.js';

const chromium = findChromium();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe does not look into closed roots. */
const OPENED = `{ const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: 'open' }); }; }`;

const SCHEMES =
  ':root { color-scheme: light dark } body { background: Canvas; color: CanvasText; margin: 1rem }';

const ARABIC = {
  digits: '٠١٢٣٤٥٦٧٨٩',
  'text-enter': 'أدخل رقمك السري',
  'text-confirm': 'تأكيد',
  'text-delete': 'احذف الرقم الأخير',
  'text-wrong': 'رقم سري خاطئ. المحاولات المتبقية: {n}',
};

describe.skipIf(chromium === null)('the PIN pad is there for everybody', () => {
  let pages: PadPages;
  let own: OwnKeySet;
  let answer: unknown;
  beforeAll(async () => {
    [pages, own] = await Promise.all([PadPages.open(chromium ?? ''), OwnKeySet.make()]);
    pages.site.backend = async (path) =>
      path === 'pin-keys' ? { status: 200, body: own.keySet } : { status: 200, body: answer };
  });
  afterEach(async () => await pages.close());
  afterAll(async () => await pages[Symbol.asyncDispose]());

  const pad = async (attributes: Readonly<Record<string, string>> = {}, page: PadPage = {}) =>
    await pages.pad({ ...own.attributes, ...attributes }, page);

  /** Every rule of axe, those of good practice among them. */
  const findings = async (on: PadDriver, seen = 'button-name'): Promise<readonly string[]> => {
    await on.page.evaluate(AXE);
    const { violations, passes } = await on.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
    // It has seen the keys.
    expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining([seen, 'color-contrast']));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  };

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['more contrast', { contrast: 'more' as const }],
    ['forced colours', { forcedColors: 'active' as const }],
  ])('without a finding of axe, in any state: %s', async (_, context) => {
    const on = await pad({}, { css: SCHEMES, first: OPENED, ...context });
    await on.press('Tab', ...'48');
    expect(await findings(on)).toEqual([]);
    for (const body of [
      { verified: false, triesRemaining: 1 },
      { pinStatus: 'locked' },
      { pinStatus: 'active' },
    ]) {
      await on.evaluate(`document.querySelector('pinward-pin-pad').answer(${JSON.stringify(body)})`);
      expect(await findings(on)).toEqual([]);
    }
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['forced colours', { forcedColors: 'active' as const }],
  ])('as are card details, hidden and shown: %s', async (_, context) => {
    const on = await pages.details({}, { css: SCHEMES, first: OPENED, ...context });
    expect(await findings(on, 'color-contrast')).toEqual([]);
    await showOwnCard(on);
    expect(await findings(on)).toEqual([]);
  });

  it('whom axe would not leave alone if something were wrong', async () => {
    const css = `${SCHEMES} pinward-pin-pad { --pinward-key: #777; --pinward-text: #888 }`;
    const on = await pad({}, { css, first: OPENED });
    expect((await findings(on)).join()).toContain('color-contrast');
  });

  it('who hears what happens: what is asked, how many digits there are, what came of it', async () => {
    answer = { verified: false, triesRemaining: 2 };
    const on = await pad();
    expect(await on.said()).toBe('Enter your PIN');
    await on.press('Tab', ...'4829');
    expect(await on.said()).toBe('Digits entered: 4');
    await on.press('Backspace');
    expect(await on.said()).toBe('Digits entered: 3');
    await on.press('Enter');
    await on.expectText('message', 'A PIN has at least 4 digits');
    await on.press('9', 'Enter');
    await on.expectText('message', 'Wrong PIN. Tries left: 2');
    expect(await on.said()).toBe('Enter your PIN');
    const roles = (await on.nodes()).flatMap(({ attributes = [] }) => attributes).join(' ');
    expect(roles).toContain('role alert');
    expect(roles).toContain('role status');
  });

  it('who moves among the keys with arrows, presses them with Space or Enter, and leaves with Tab', async () => {
    const on = await pad();
    // From 1: to 2, to 5, to 8, to 0, to delete, and nowhere from there.
    await on.press(
      'Tab',
      'ArrowRight',
      'Enter',
      'ArrowDown',
      'Space',
      'ArrowDown',
      'Space',
      'ArrowDown',
      'Enter',
    );
    expect(await on.count('filled')).toBe(4);
    await on.press('ArrowRight', 'ArrowRight', 'ArrowDown', 'Space');
    expect(await on.count('filled')).toBe(3);
    // Past the key of the grid that had the focus lies Confirm, and Tab comes back to the same key.
    await on.press('Tab', 'Shift+Tab', 'Space', 'Tab', 'Space');
    await on.expectText('message', 'A PIN has at least 4 digits');
    // At the left edge the focus stays.
    await on.press(
      'Shift+Tab',
      'ArrowLeft',
      'ArrowLeft',
      'ArrowUp',
      'ArrowLeft',
      'ArrowLeft',
      'ArrowLeft',
      'Space',
    );
    await on.press(...'825', 'Enter');
    await on.expectText('message', 'Wrong PIN. Tries left: 2');
  });

  it('who has a small screen, big fingers or large print', async () => {
    const on = await pad({}, { viewport: { width: 320, height: 480 }, css: ':root { font-size: 200% }' });
    await on.press('Tab', ...'482915739105');
    const width = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await on.evaluate(width)).toBe(0);
    const small = await pad({}, { css: 'body { margin: 0 }', viewport: { width: 240, height: 480 } });
    for (const { width: across, height } of await small.sizes()) {
      // WCAG 2.2, 2.5.5.
      expect(across).toBeGreaterThanOrEqual(44);
      expect(height).toBeGreaterThanOrEqual(44);
    }
  });

  it('who reads another script, from right to left', async () => {
    answer = { verified: false, triesRemaining: 2 };
    const on = await pad(ARABIC, { body: 'dir="rtl" lang="ar"', first: OPENED });
    await on.expectText('title', 'أدخل رقمك السري');
    // Digits are read from left to right in Arabic too, and lie as on a telephone.
    expect((await on.layout()).join('')).toBe('١٢٣٤٥٦٧٨٩٠');
    const [one, three] = [await on.place('١'), await on.place('٣')];
    expect(one.x).toBeLessThan(three.x);
    await on.press('Tab');
    for (const key of '٤٨')
      await on.evaluate(
        `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true }))`,
      );
    await on.press(...'29', 'Enter');
    await on.expectText('message', 'رقم سري خاطئ. المحاولات المتبقية: ٢');
    expect(await findings(on)).toEqual([]);
  });

  it('who is spoken to in words of the page, markup among them', async () => {
    const inside =
      '<b slot="enter" lang="de">Geben Sie <i>Ihre</i> PIN ein</b><span slot="confirm">Weiter</span>' +
      '<a slot="help" href="/help">PIN vergessen?</a>';
    const on = await pad({ 'text-count': 'Eingegebene Ziffern: {n}' }, { inside });
    expect(await on.said()).toBe('Geben Sie Ihre PIN ein');
    await on.press('Tab', '4');
    expect(await on.said()).toBe('Eingegebene Ziffern: 1');
    // The Enter that follows a link is not the pad's.
    await on.press(...'829', 'Tab', 'Tab', 'Enter');
    await on.page.waitForURL('**/help');
  });
});

describe.skipIf(chromium === null)('the PIN pad takes', () => {
  let pages: PadPages;
  let own: OwnKeySet;
  const sent: string[] = [];
  beforeAll(async () => {
    [pages, own] = await Promise.all([PadPages.open(chromium ?? ''), OwnKeySet.make()]);
    pages.site.backend = async (path, body) => {
      if (path === 'pin-keys') return { status: 200, body: own.keySet };
      sent.push(own.pinIn((body as { encryptedPin: never }).encryptedPin));
      return { status: 200, body: { verified: true, triesRemaining: 3, pinStatus: 'active' } };
    };
  });
  afterAll(async () => await pages[Symbol.asyncDispose]());

  it.each([
    [{ min: '6' }, '12345', '6', '123456'],
    [{ min: '4', max: '4' }, '123', '4567', '1234'],
    [{ min: '2', max: '99' }, '123', '4567890123', '123456789012'],
  ])('as many digits as it is told: %j', async (attributes, few, more, pin) => {
    const on = await pages.pad({ ...own.attributes, ...attributes });
    await on.press('Tab', ...few, 'Enter');
    expect(await on.text('message')).toMatch(/^A PIN has at least [46] digits$/);
    await on.press(...more, 'Enter');
    await on.expectText('message', 'Done');
    expect(sent.at(-1)).toBe(pin);
  });

  it('the last digit for a confirmation, where it is told to', async () => {
    const on = await pages.pad({ ...own.attributes, max: '4', 'auto-confirm': '' });
    await on.press('Tab', ...'7391');
    await on.expectText('message', 'Done');
    expect(sent.at(-1)).toBe('7391');
  });
});
