import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import vectors from '../../docs/vectors/pin-envelope.json' with { type: 'json' };
import { checkEnvelopePage } from '../../scripts/vectors/check-envelope-page.js';
import { findChromium, theChromium } from '../client/chromium.js';
import { PROJECT_ROOT } from '../support/project-root.js';

const PAGE = join(PROJECT_ROOT, 'docs/vectors/check-envelope.html');

/** What the page tells, for a case in the fragment of its address. */
async function told(chromium: string, input: object): Promise<string> {
  const page = await (await theChromium(chromium)).newPage();
  try {
    await page.goto(`${pathToFileURL(PAGE).href}#${encodeURIComponent(JSON.stringify(input))}`);
    await page.waitForSelector('section h3');
    return await page.locator('section').innerHTML();
  } finally {
    await page.close();
  }
}

describe('docs/vectors/check-envelope.html', () => {
  it('is what npm run vectors makes of check-envelope', async () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(await checkEnvelopePage());
  });

  it('tells in a browser what is wrong, under its own policy', async (context) => {
    const chromium = findChromium();
    if (chromium === null) return context.skip('chromium is not installed');
    const [vector] = vectors.vectors;
    if (vector === undefined) throw new Error('no vectors');
    const { envelope, pin, pinAccount, cardId } = vector;
    const card = { pin, pinAccount, cardId };
    const wrong = { ...envelope, kid: 'test-key-sha256', alg: 'RSA-OAEP-256' };
    expect(await told(chromium, { ...card, envelope })).toBe('<h3>The envelope is right.</h3>');
    expect(await told(chromium, { ...card, envelope: wrong })).toMatch(
      /^<h3>OAEP_HASH<\/h3><p>OAEP uses another hash than alg says\. OAEP is with SHA-1 and MGF1/,
    );
  });
});
