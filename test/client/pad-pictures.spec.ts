import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';
import { findChromium } from './chromium.js';
import type { PadDriver } from './pad-driver.js';
import { showOwnCard } from './own-reveal.js';
import { PadPages, type PadPage } from './pad-pages.js';

const FOLDER = join(PROJECT_ROOT, 'docs/pictures');
/** `PINWARD_PICTURES=write npm test -- test/client/pad-pictures.spec.ts` takes them anew; look at them afterwards. */
const IS_WRITING = process.env['PINWARD_PICTURES'] === 'write';

const CSS = `:root { color-scheme: light dark }
body { margin: 0; padding: 24px; box-sizing: border-box; background: light-dark(#fff, #12171e); color: CanvasText }
h1 { display: none }`;
const DARK = { colorScheme: 'dark' } as const;

const ARABIC = {
  digits: '٠١٢٣٤٥٦٧٨٩',
  'text-enter': 'أدخل رقمك السري',
  'text-confirm': 'تأكيد',
  'text-wrong': 'رقم سري خاطئ. المحاولات المتبقية: {n}',
};

const answered = (body: object) => async (on: PadDriver) =>
  await on.evaluate(`document.querySelector('pinward-pin-pad').answer(${JSON.stringify(body)})`);
const typed = async (on: PadDriver) => {
  await on.press('Tab', ...'482');
};

type Picture = readonly [
  name: string,
  attributes: Readonly<Record<string, string>>,
  page: PadPage,
  act: (on: PadDriver) => Promise<unknown>,
];

const PICTURES: readonly Picture[] = [
  ['pin-pad', {}, { inside: '' }, typed],
  ['pin-pad-dark', { mode: 'change', layout: 'shuffled' }, DARK, typed],
  [
    'pin-pad-wrong',
    ARABIC,
    { body: 'dir="rtl" lang="ar"' },
    answered({ verified: false, triesRemaining: 2 }),
  ],
  ['pin-pad-done', {}, {}, answered({ verified: true, triesRemaining: 3, pinStatus: 'active' })],
  ['pin-pad-contrast', {}, { forcedColors: 'active' }, typed],
];

describe('the pictures of docs/pin-pad.md', () => {
  let pages: PadPages | undefined;
  beforeAll(async () => {
    if (IS_WRITING) pages = await PadPages.open(findChromium() ?? '');
  });
  afterAll(async () => await pages?.[Symbol.asyncDispose]());

  const take = async (name: string, on: PadDriver, height: number) => {
    // Transitions have come to their ends.
    await on.evaluate('Promise.all(document.getAnimations({ subtree: true }).map((one) => one.finished))');
    const clip = { x: 0, y: 0, width: 360, height };
    const picture = await on.page.screenshot({ clip });
    writeFileSync(join(FOLDER, `${name}.png`), picture);
    return picture.length;
  };
  const page = (more: PadPage): PadPage => ({
    css: CSS,
    deviceScaleFactor: 1.5,
    reducedMotion: 'reduce',
    ...more,
  });

  it.each(IS_WRITING ? PICTURES : [])('%s is taken', async (name, attributes, more, act) => {
    const on = await pages?.pad({ 'manifest-pins': 'x', ...attributes }, page(more));
    if (on === undefined) return;
    await act(on);
    expect(await take(name, on, 500)).toBeGreaterThan(0);
  });

  it.each(IS_WRITING ? ['card-details'] : [])('%s is taken', async (name) => {
    const on = await pages?.details({ last4: '1111' }, page({}));
    if (on === undefined) return;
    await showOwnCard(on);
    expect(await take(name, on, 250)).toBeGreaterThan(0);
  });

  it('are all there, each small and shown', () => {
    const text = readFileSync(join(PROJECT_ROOT, 'docs/pin-pad.md'), 'utf8');
    const shown = [...text.matchAll(/src="pictures\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(shown).toContain('pin-pad.png');
    for (const name of shown) {
      const picture = readFileSync(join(FOLDER, name));
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect(picture.length).toBeLessThan(40_000);
    }
    expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(shown));
  });
});
