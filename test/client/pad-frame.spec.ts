import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import { findChromium } from './chromium.js';
import { FrameGround } from './frame-ground.js';
import { OWN_CARD, OwnKeySet } from './own-key-set.js';
import { PadPages } from './pad-pages.js';

const chromium = findChromium();

/** Whatever reaches the embedding page. */
const EAVESDROP = `globalThis.heard = [];
for (const type of ['keydown', 'keyup', 'click', 'pointerdown', 'message', 'input'])
  addEventListener(type, (event) => heard.push([type, event.key ?? event.origin ?? ''].join(' ')), true);`;

/** Greets a window as mountPinFrame does, and keeps what it answers. */
const greeting = (window: string) => `globalThis.answers = [];
{ const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }) => answers.push(data);
${window}.postMessage({ pinward: 'connect', version: 1 }, '*', [port2]); }`;

describe.skipIf(chromium === null)('the PIN pad in a frame of another origin', () => {
  let pages: PadPages;
  let frames: FrameGround;
  let own: OwnKeySet;
  let answer: unknown;
  const sent: string[] = [];
  beforeAll(async () => {
    [pages, own] = await Promise.all([PadPages.open(chromium ?? ''), OwnKeySet.make()]);
    frames = await FrameGround.open(pages);
    pages.site.backend = async (path, body) => {
      if (path === 'pin-keys') return { status: 200, body: own.keySet };
      sent.push(own.pinIn((body as { encryptedPin: never }).encryptedPin));
      return { status: 200, body: answer };
    };
  });
  beforeEach(() => frames.configureFor(pages.site.origin, own.thumbprint));
  afterEach(async () => await pages.close());
  afterAll(async () => {
    await frames[Symbol.asyncDispose]();
    await pages[Symbol.asyncDispose]();
  });

  it('takes a PIN of which the page hears nothing but the envelope, and shows the answer', async () => {
    answer = { verified: false, triesRemaining: 2, pinStatus: 'active' };
    const page = await frames.embed(OWN_CARD, undefined, EAVESDROP);
    const pad = await frames.within(page);
    const pin = randomPin();
    await pad.press('Tab');
    await pad.expectFocus();
    await pad.enter('Enter your PIN', pin);
    await pad.expectText('message', 'Wrong PIN. Tries left: 2');
    expect(sent.at(-1)).toBe(pin);
    answer = { verified: true, triesRemaining: 3, pinStatus: 'active' };
    await pad.enter('Enter your PIN', '482915');
    await pad.expectText('message', 'Done');
    // Tab was pressed in the page; all else in the frame.
    const heard = await page.evaluate<string[]>('heard');
    expect(heard.filter((line) => !line.startsWith('message') && !line.endsWith(' Tab'))).toEqual([]);
    expect(heard).toContain('keydown Tab');
  });

  it('is as high as it is, and is clicked on where it stands', async () => {
    answer = { verified: true, triesRemaining: 3, pinStatus: 'active' };
    const page = await frames.embed(OWN_CARD, (code) =>
      code.replace(
        "mode: 'validate',",
        "mode: 'validate', texts: { confirm: 'Weiter' }, layout: 'shuffled',",
      ),
    );
    const pad = await frames.within(page);
    await expect
      .poll(async () => await page.evaluate('document.querySelector("iframe").offsetHeight'))
      .toBeGreaterThan(400);
    const frame = await page.locator('iframe').boundingBox();
    for (const label of [...'7391', 'Weiter']) {
      const { x, y } = await pad.place(label);
      await page.mouse.click(x + (frame?.x ?? 0), y + (frame?.y ?? 0));
    }
    await pad.expectText('message', 'Done');
    expect(sent.at(-1)).toBe('7391');
  });

  it('believes its own configuration which keys to trust, whatever the page says', async () => {
    frames.configureFor(pages.site.origin, 'another');
    const page = await frames.embed(OWN_CARD, (code) =>
      code.replace(
        "mode: 'validate',",
        `mode: 'validate', texts: { x: '' }, 'manifest-pins': '${own.thumbprint}', manifestPins: ['${own.thumbprint}'],
         onError: (code) => (globalThis.code = code),`,
      ),
    );
    const pad = await frames.within(page);
    const before = sent.length;
    await pad.press('Tab');
    await pad.expectFocus();
    await pad.press(...'7391', 'Enter');
    await pad.expectText('message', 'That did not work. Try again');
    expect(await page.evaluate('code')).toBe('PIN_KEY_SET_UNTRUSTED');
    expect(sent).toHaveLength(before);
  });

  it('believes it also where the page speaks to it without mountPinFrame', async () => {
    frames.configureFor(pages.site.origin, 'another');
    const show = {
      type: 'show',
      attributes: { mode: 'validate', ...own.attributes, 'forget-after': '1', onclick: 'x', style: 'x' },
      keySet: own.keySet,
      theme: { '--pinward-key': 'red', color: 'red' },
    };
    const page = await frames.embed(
      OWN_CARD,
      () => `const frame = document.createElement('iframe');
        frame.src = '${frames.hosted.origin}/';
        document.body.append(frame);
        globalThis.outcome = new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => {
            if (data.type === 'welcome') port1.postMessage(${JSON.stringify(show)});
            if (data.type === 'size') resolve('mounted');
            if (data.type === 'error') globalThis.code = data.code;
          };
          frame.onload = () => frame.contentWindow.postMessage({ pinward: 'connect', version: 1 }, '*', [port2]);
        });`,
    );
    const pad = await frames.within(page);
    await pad.press('Tab');
    await pad.expectFocus();
    await pad.press(...'7391', 'Enter');
    await expect.poll(async () => await page.evaluate('globalThis.code')).toBe('PIN_KEY_SET_UNTRUSTED');
    const html = await pad.evaluate<string>('document.documentElement.outerHTML');
    expect(html).toContain('--pinward-key: red');
    expect(html).not.toMatch(/ color: red|onclick|forget-after|style="x"/);
  });

  it('is not there for a page that the configuration does not name', async () => {
    frames.configureFor('https://app.example', own.thumbprint);
    frames.allow(pages.site.origin);
    const page = await frames.embed(OWN_CARD);
    expect(await page.evaluate('outcome')).toBe('FRAME_ORIGIN_REFUSED');
    expect(await page.locator('iframe').count()).toBe(0);
  });

  it.each(['{}', '<html>', JSON.stringify({ embedders: ['*'], manifestPins: ['x'] })])(
    'is there for nobody while it is not set up: %s',
    async (text) => {
      frames.configure(text);
      const page = await frames.embed(OWN_CARD);
      expect(await page.evaluate('outcome')).toBe('FRAME_NOT_SET_UP');
    },
  );

  it('is kept out by the browser where the header does not name the page', async () => {
    frames.allow('https://app.example');
    const page = await frames.embed(OWN_CARD, (code) =>
      code.replace("mode: 'validate',", "mode: 'validate', timeout: 0.5,"),
    );
    expect(await page.evaluate('outcome')).toBe('FRAME_UNREACHABLE');
  });

  it('is not put on the origin of the page, where it would hide nothing', async () => {
    const page = await frames.embed(OWN_CARD, (code) => code.replace(`${frames.hosted.origin}/`, '/frame'));
    expect(await page.evaluate('outcome')).toBe('FRAME_OF_SAME_ORIGIN');
  });

  it('gets its port only where it is of the origin that was asked for', async () => {
    // What stands at the address leads elsewhere: to a page that takes any greeting.
    const strange = `onmessage = ({ ports: [port] }) => port.postMessage({ type: 'welcome' });`;
    pages.site.files.set('/strange', {
      type: 'text/html',
      body: `<!doctype html><script>${strange}</script>`,
    });
    const location = `${pages.site.origin}/strange`;
    frames.hosted.files.set('/elsewhere', { type: 'text/html', body: '', location });
    const page = await frames.embed(OWN_CARD, (code) =>
      code
        .replace(`${frames.hosted.origin}/`, `${frames.hosted.origin}/elsewhere`)
        .replace("mode: 'validate',", "mode: 'validate', timeout: 0.5,"),
    );
    expect(await page.evaluate('outcome')).toBe('FRAME_UNREACHABLE');
  });

  it('listens to the first greeting alone', async () => {
    const page = await frames.embed(OWN_CARD);
    const pad = await frames.within(page);
    await page.evaluate(greeting('document.querySelector("iframe").contentWindow'));
    // The message has come by when the frame has done something that was asked of it later.
    await pad.evaluate('new Promise((resolve) => setTimeout(resolve))');
    expect(await page.evaluate('answers')).toEqual([]);
  });

  it('is nothing to a page that stands alone', async () => {
    const page = await pages.visit(frames.hosted.origin);
    await page.evaluate(greeting('window'));
    await expect
      .poll(async () => await page.evaluate('answers'))
      .toEqual([{ type: 'refused', code: 'FRAME_ORIGIN_REFUSED' }]);
  });

  it('is gone with all that was typed when the page takes it away, and begins anew when it is told to', async () => {
    const page = await frames.embed(OWN_CARD);
    const pad = await frames.within(page);
    await page.evaluate('frame.focus()');
    await pad.expectFocus();
    await pad.press(...'482');
    await expect.poll(async () => await pad.count('filled')).toBe(3);
    await page.evaluate('frame.restart()');
    await expect.poll(async () => await pad.count('filled')).toBe(0);
    await page.evaluate('frame.remove()');
    expect(await page.locator('iframe').count()).toBe(0);
  });
});
