import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KnownCard } from '../service/service-kit.js';
import { randomPan } from '../support/random-pan.js';
import { randomPin } from '../support/random-pin.js';
import { findChromium } from './chromium.js';
import { FrameGround } from './frame-ground.js';
import type { PadDriver } from './pad-driver.js';
import { PadGround } from './pad-ground.js';

const chromium = findChromium();

describe.skipIf(chromium === null)('in a browser on the running service', () => {
  let ground: PadGround;
  beforeAll(async () => {
    ground = await PadGround.open(chromium ?? '');
  });
  afterEach(async () => await ground.pages.close());
  afterAll(async () => await ground[Symbol.asyncDispose]());

  describe('the PIN pad', () => {
    const WRONG = '000000';
    const violations = 'violations';

    it('sets a PIN that is typed twice with the keyboard alone, under the strictest policy', async () => {
      const card = await ground.kit.register();
      const pad = await ground.pad(card, { mode: 'set' });
      const pin = randomPin();
      await pad.press('Tab');
      await pad.enter('Choose a new PIN', pin);
      await pad.enter('Enter the new PIN again', pin);
      await pad.expectText('message', 'Done');
      expect((await ground.kit.validate(card, pin)).body).toMatchObject({ verified: true });
      expect(await pad.evaluate(violations)).toEqual([]);
    });

    it('asks for another PIN where the two differ, and where the PIN is weak', async () => {
      const pad = await ground.pad(await ground.kit.register(), { mode: 'set' });
      await pad.press('Tab');
      await pad.enter('Choose a new PIN', '482915');
      await pad.enter('Enter the new PIN again', '482916');
      await pad.expectText('message', 'The PINs are not the same. Choose one again');
      for (const title of ['Choose a new PIN', 'Enter the new PIN again']) await pad.enter(title, '1234');
      await pad.expectText('message', 'This PIN is easy to guess. Choose another');
      expect(await pad.text('title')).toBe('Choose a new PIN');
    });

    it('validates: a wrong PIN says how many tries are left, a right one is done', async () => {
      const pin = randomPin();
      const card = await ground.kit.cardWithPin(pin);
      const pad = await ground.pad(card);
      await pad.press('Tab');
      await pad.enter('Enter your PIN', WRONG);
      await pad.expectText('message', 'Wrong PIN. Tries left: 2');
      await pad.enter('Enter your PIN', pin);
      await pad.expectText('message', 'Done');
      expect(await pad.evaluate("document.querySelector('pinward-pin-pad').matches(':state(done)')")).toBe(
        true,
      );
    });

    it('locks, and takes no more keys', async () => {
      const pad = await ground.pad(await ground.kit.cardWithPin(randomPin()));
      await pad.press('Tab');
      for (const message of [
        'Wrong PIN. Tries left: 2',
        'Wrong PIN. One try left: after another wrong PIN the PIN is locked',
        'The PIN is locked',
      ]) {
        await pad.enter('Enter your PIN', WRONG);
        await pad.expectText('message', message);
      }
      const before = ground.sent.length;
      await pad.press(...WRONG, 'Enter');
      expect(await pad.count('filled')).toBe(0);
      expect(ground.sent).toHaveLength(before);
    });

    it('changes a PIN: the current one, and the new one twice', async () => {
      const [old, pin] = [randomPin(), randomPin()];
      const card = await ground.kit.cardWithPin(old);
      const pad = await ground.pad(card, { mode: 'change' });
      await pad.press('Tab');
      await pad.enter('Enter your current PIN', old);
      for (const title of ['Choose a new PIN', 'Enter the new PIN again']) await pad.enter(title, pin);
      await pad.expectText('message', 'Done');
      expect(Object.keys(ground.sent.at(-1) as object).toSorted()).toEqual(['currentPin', 'newPin']);
      expect((await ground.kit.validate(card, pin)).body).toMatchObject({ verified: true });
    });

    it('resets a forgotten PIN', async () => {
      const pin = randomPin();
      const card = await ground.kit.cardWithPin(randomPin());
      const pad = await ground.pad(card, { mode: 'reset' });
      await pad.press('Tab');
      for (const title of ['Choose a new PIN', 'Enter the new PIN again']) await pad.enter(title, pin);
      await pad.expectText('message', 'Done');
      expect((await ground.kit.validate(card, pin)).body).toMatchObject({ verified: true });
    });

    it('is used with a mouse', async () => {
      const pin = '482957';
      const pad = await ground.pad(await ground.kit.cardWithPin(pin));
      await pad.click(...'48293', 'delete', ...'57', 'Confirm');
      await pad.expectText('message', 'Done');
      expect(await pad.evaluate(violations)).toEqual([]);
    });

    it('is used with a finger, on keys that lie elsewhere each time', async () => {
      const pin = '482957';
      const card = await ground.kit.cardWithPin(pin);
      const pad = await ground.pad(card, { layout: 'shuffled' }, { hasTouch: true, isMobile: true });
      const before = await pad.layout();
      await pad.tap(...pin.replace('7', '8'), 'Confirm');
      await pad.expectText('message', 'Wrong PIN. Tries left: 2');
      expect(await pad.layout()).not.toEqual(before);
      await pad.tap(...pin, 'Confirm');
      await pad.expectText('message', 'Done');
    });

    it('is a frame of another origin, where the page wants to know nothing of the digits', async () => {
      await using frames = await FrameGround.open(ground.pages);
      frames.configureFor(ground.pages.site.origin, ground.thumbprints);
      const pin = randomPin();
      const page = await frames.embed(await ground.kit.cardWithPin(pin));
      const pad = await frames.within(page);
      await pad.press('Tab');
      await pad.expectFocus();
      await pad.enter('Enter your PIN', WRONG);
      await pad.expectText('message', 'Wrong PIN. Tries left: 2');
      await pad.enter('Enter your PIN', pin);
      await pad.expectText('message', 'Done');
      expect(await page.locator('pinward-pin-pad').count(), 'in the page itself').toBe(0);
    });

    it('encrypts nothing under keys that the app does not pin, and says so to the page', async () => {
      const pad = await ground.pad(await ground.kit.register(), { 'manifest-pins': 'another' });
      await pad.evaluate(
        "addEventListener('pinward-error', ({ detail }) => (globalThis.code = detail.code))",
      );
      const before = ground.sent.length;
      await pad.press('Tab', ...WRONG, 'Enter');
      await pad.expectText('message', 'That did not work. Try again');
      expect(await pad.evaluate('code')).toBe('PIN_KEY_SET_UNTRUSTED');
      expect(ground.sent).toHaveLength(before);
    });
  });

  describe('card details', () => {
    let pan: string;
    let card: KnownCard;
    beforeAll(async () => {
      pan = randomPan();
      card = await ground.kit.register({ pan, expiry: '12/29', holderName: 'ANNA MÜLLER' });
    });

    const details = async (attributes: Readonly<Record<string, string>> = {}) =>
      await ground.pages.details({ 'card-id': card.cardId, last4: pan.slice(-4), ...attributes });
    const reveal = async (on: PadDriver, { cardId } = card) => {
      const otp = await ground.kit.otpFor({ cardId }, 'card-reveal');
      await on.evaluate(`reveal(${JSON.stringify(otp)})`);
    };
    const digitsOf = (text: string) => text.replaceAll(' ', '');

    it('are shown where they were opened, under the strictest policy', async () => {
      const on = await details();
      expect(await on.text('number')).toBe(`•••• •••• •••• ${pan.slice(-4)}`);
      await reveal(on);
      expect(digitsOf(await on.text('number'))).toBe(pan);
      expect(await on.text('number')).toMatch(/^(\d{4} )+\d{1,4}$/);
      expect(await on.text('expiry')).toBe('12/29');
      expect(await on.text('holder')).toBe('ANNA MÜLLER');
      expect(await on.said()).toBe('Card details are shown');
      expect(await on.evaluate('violations')).toEqual([]);
      // Of the key the backend got the public half alone.
      const { recipientKey } = ground.sent.at(-1) as { recipientKey: object };
      expect(Object.keys(recipientKey).toSorted()).toEqual(['crv', 'kty', 'use', 'x', 'y']);
    });

    it('are gone from the page after a while, and when they are hidden or the page is left', async () => {
      const on = await details({ 'hide-after': '45' });
      await on.page.clock.install();
      await on.page.reload();
      const ways: (() => Promise<void>)[] = [
        async () => {
          await on.page.clock.fastForward(44_000);
          expect(digitsOf(await on.text('number'))).toBe(pan);
          await on.page.clock.fastForward(2_000);
        },
        async () => await on.click('hide'),
        async () => await on.evaluate("dispatchEvent(new Event('pagehide'))"),
      ];
      for (const way of ways) {
        await reveal(on);
        expect(digitsOf(await on.everything())).toContain(pan);
        await way();
        const text = await on.everything();
        expect(digitsOf(text)).not.toContain(pan);
        expect(text).not.toContain('12/29');
        expect(text).not.toContain('MÜLLER');
        expect(await on.said()).toBe('Card details are hidden');
      }
    });

    it('are copied without spaces', async () => {
      const on = await details();
      await on.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await reveal(on);
      await on.click('copy');
      await on.expectText('message', 'Copied');
      expect(await on.evaluate('navigator.clipboard.readText()')).toBe(pan);
    });

    it('stay unknown where there are none, and where the key is of an earlier reveal', async () => {
      const on = await details();
      await on.evaluate("addEventListener('pinward-error', ({ detail }) => (globalThis.code = detail.code))");
      const other = await ground.kit.register();
      await on.evaluate(
        `details.setAttribute('card-id', '${other.cardId}')`.replace(
          'details',
          'document.querySelector("pinward-card-details")',
        ),
      );
      await reveal(on, other);
      expect(await on.text('message')).toBe('That did not work. Try again');
      expect(await on.evaluate('code')).toBe('CARD_DATA_MISSING');
      await on.evaluate('document.querySelector("pinward-card-details").show({ jwe: "a.b.c.d.e" })');
      expect(await on.evaluate('code')).toBe('REVEAL_KEY_MISSING');
      await on.evaluate(
        '{ const on = document.querySelector("pinward-card-details"); on.newKey().then(() => on.show({ jwe: "a.b.c.d.e" })) }',
      );
      expect(await on.evaluate('code')).toBe('REVEAL_MALFORMED');
    });
  });
});
