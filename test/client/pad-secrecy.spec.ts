import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EncryptedPin } from '#libs/client';
import { randomPin } from '../support/random-pin.js';
import { findChromium } from './chromium.js';
import { OwnKeySet } from './own-key-set.js';
import type { PadDriver } from './pad-driver.js';
import { PadPages, type PadPage } from './pad-pages.js';
import { scanRenderers } from './renderer-memory.js';

const chromium = findChromium();
const MINUTE = 60_000;

/** What listeners of the page get to see, as a script for statistics would note it. */
const EAVESDROP = `
globalThis.heard = [];
for (const type of ['keydown', 'keyup', 'keypress', 'beforeinput', 'input', 'change', 'click', 'pinward-pin'])
  addEventListener(type, (event) => heard.push(JSON.stringify([
    type, event.key, event.data, event.detail, event.target?.textContent,
    event.composedPath().map((target) => target.outerHTML?.slice(0, 500)),
  ])));`;

describe.skipIf(chromium === null)('what the PIN pad keeps to itself', () => {
  let pages: PadPages;
  let own: OwnKeySet;
  /** What the backend waits for before it answers. */
  let gate = async () => {};
  beforeAll(async () => {
    [pages, own] = await Promise.all([PadPages.open(chromium ?? ''), OwnKeySet.make()]);
    pages.site.backend = async (path) => {
      if (path !== 'pin-keys') await gate();
      return path === 'pin-keys'
        ? { status: 200, body: own.keySet }
        : { status: 200, body: { pinStatus: 'active' } };
    };
  });
  afterEach(async () => {
    gate = async () => {};
    await pages.close();
  });
  afterAll(async () => await pages[Symbol.asyncDispose]());

  const pad = async (attributes: Readonly<Record<string, string>> = {}, page: PadPage = {}) =>
    await pages.pad({ ...own.attributes, ...attributes }, page);
  const clock = async (driver: PadDriver) => {
    await driver.page.clock.install();
    await driver.page.reload();
    await driver.press('Tab');
  };

  it('is the PIN: no attribute, text, event or property has it, only the envelope', async () => {
    const pin = randomPin();
    const on = await pad({}, { first: EAVESDROP });
    await on.press('Tab', ...pin);
    expect(await on.count('filled')).toBe(12);
    expect(await on.said()).toBe('Digits entered: 12');
    expect(await on.everything()).not.toContain(pin);
    const values = `(() => { const pad = document.querySelector('pinward-pin-pad'); const all = [];
      for (const name in pad) all.push(String(pad[name])); return all.concat(Object.keys(pad), Object.values(pad)).join() })()`;
    expect(await on.evaluate(values)).not.toContain(pin);
    expect(await on.evaluate("document.querySelector('pinward-pin-pad').shadowRoot")).toBe(null);
    await on.press('Enter');
    await on.expectText('message', 'Done');
    const heard = await on.evaluate<string[]>('heard');
    // Of the keyboard the page heard of Tab alone.
    expect(heard.map((line) => (JSON.parse(line) as unknown[])[0])).toEqual(['keydown', 'pinward-pin']);
    expect(heard.join('')).not.toContain(pin);
    const keys = heard.map((line) => (JSON.parse(line) as unknown[])[1]);
    expect(keys.filter((key) => /^\d$/.test(String(key)))).toEqual([]);
  });

  it('is which key was clicked: the page learns that the pad was', async () => {
    const on = await pad({}, { first: EAVESDROP });
    await on.click(...'4829', 'Confirm');
    await on.expectText('message', 'Done');
    const clicks = (await on.evaluate<string[]>('heard')).filter((line) => line.startsWith('["click"'));
    expect(clicks).toHaveLength(5);
    for (const click of clicks) expect(click).not.toContain('<button');
    expect(new Set(clicks).size, 'all clicks look alike').toBe(1);
  });

  it('is gone from memory: typed digits are bytes, which are zero when they were used', async () => {
    const pin = randomPin();
    const on = await pad();
    await on.press('Tab', ...pin);
    const ascii = Buffer.from(pin, 'ascii');
    const needles = {
      digits: Buffer.from(ascii.map((byte) => byte - 0x30)),
      text: ascii,
      'wide text': Buffer.from(pin, 'utf16le'),
    };
    const found = async () => await scanRenderers(pages.browser, needles);
    const before = await found();
    expect(before.found).toEqual(['digits']);
    expect(before.scannedBytes).toBeGreaterThan(10e6);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const asked = new Promise<void>((resolve) => {
      gate = async () => {
        resolve();
        await answered;
      };
    });
    await on.press('Enter');
    await asked;
    expect((await found()).found, 'while the answer is waited for').toEqual([]);
    answer();
    await on.expectText('message', 'Done');
    await on.evaluate("document.querySelector('pinward-pin-pad').restart()");
    await on.press(...pin);
    expect((await found()).found).toEqual(['digits']);
    await on.evaluate("(globalThis.pad = document.querySelector('pinward-pin-pad')).remove()");
    expect((await found()).found, 'when the pad was removed').toEqual([]);
  });

  it('is forgotten a while after the last key', async () => {
    const on = await pad({ 'forget-after': '90' });
    await clock(on);
    await on.press(...'482');
    await on.page.clock.fastForward(1.4 * MINUTE);
    expect(await on.count('filled')).toBe(3);
    await on.page.clock.fastForward(0.2 * MINUTE);
    await on.expectText('message', 'Cleared, because nothing was entered for a while');
    expect(await on.count('filled')).toBe(0);
  });

  it('is forgotten sooner when the focus has left, also what was entered a step before', async () => {
    const on = await pad({ mode: 'set' });
    await clock(on);
    await on.enter('Choose a new PIN', '482915');
    await on.expectText('title', 'Enter the new PIN again');
    await on.press(...'48');
    await on.evaluate('document.activeElement.blur()');
    await on.page.clock.fastForward(MINUTE / 4);
    expect(await on.count('filled')).toBe(2);
    await on.page.clock.fastForward(MINUTE / 4);
    await on.expectText('title', 'Choose a new PIN');
  });

  it('is forgotten at once when the page is left, the pad removed, or Escape pressed', async () => {
    const on = await pad();
    const ways = [
      "dispatchEvent(new Event('pagehide'))",
      'globalThis.pad = document.querySelector("pinward-pin-pad"); const main = pad.parentNode; pad.remove(); main.append(pad);',
    ];
    for (const way of ways) {
      await on.evaluate("document.querySelector('pinward-pin-pad').focus()");
      await on.press(...'482');
      expect(await on.count('filled')).toBe(3);
      await on.evaluate(way);
      expect(await on.count('filled')).toBe(0);
    }
    await on.evaluate('pad.focus()');
    await on.press(...'482', 'Escape');
    expect(await on.count('filled')).toBe(0);
  });

  it('is no other PIN: one that was wiped while it was encrypted is not sent as zeros', async () => {
    const on = await pad({}, { first: EAVESDROP });
    await on.evaluate(`{ const pad = document.querySelector('pinward-pin-pad'); const keySet = pad.keySet;
      pad.keySet = new Promise((resolve) => { globalThis.go = () => resolve(keySet); }); } undefined`);
    await on.press('Tab', ...'482915', 'Enter');
    await on.expectText('message', 'One moment');
    await on.evaluate("document.querySelector('pinward-pin-pad').restart(); go();");
    await on.enter('Enter your PIN', '7391');
    await on.expectText('message', 'Done');
    const events = (await on.evaluate<string[]>('heard')).filter((line) => line.startsWith('["pinward-pin"'));
    const details = events.map(
      (line) => (JSON.parse(line) as [string, null, null, { body: { encryptedPin: EncryptedPin } }])[3],
    );
    const envelopes = details.map(({ body: { encryptedPin } }) => encryptedPin);
    expect(envelopes.map((envelope) => own.pinIn(envelope))).toEqual(['7391']);
  });
});
