import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ASHA, RAVI } from '../../scripts/development/openid-provider-persons.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { ConsoleRig } from './console-rig.js';
import { ConsoleBrowser } from './journeys/console-browser.js';
import { come, everyPage, seedDay } from './journeys/every-page.js';

/** `npm run console:screens` takes them anew; look at all of them afterwards. */
const IS_WRITING = process.env['PINWARD_PICTURES'] === 'write';
const SHOWN_IN = join(PROJECT_ROOT, 'docs/pictures/console');
const ALL_IN = join(PROJECT_ROOT, 'var/console-screens');

const SCHEMES = ['light', 'dark'] as const;
const WIDE = 1280;
/** The narrow ones are of whole pages. */
const WIDTHS = [WIDE, 360] as const;

/** Of the whole console, those that the documentation shows are kept. */
function shown(): string[] {
  const text = readFileSync(join(PROJECT_ROOT, 'docs/console.md'), 'utf8');
  return [...text.matchAll(/pictures\/console\/([a-z-]+\.png)/g)].map(([, name = '']) => name);
}

describe('the pictures of docs/console.md', () => {
  it.runIf(IS_WRITING)('are taken', { timeout: 600_000 }, async () => {
    await using rig = await ConsoleRig.open([ASHA, RAVI], { environment: { APPROVALS: '2' } });
    const browser = await ConsoleBrowser.open(rig);
    const pages = everyPage(await seedDay(rig, [await rig.signedIn('asha'), await rig.signedIn('ravi')]));
    for (const width of WIDTHS) {
      const folder = join(ALL_IN, String(width));
      mkdirSync(folder, { recursive: true });
      const page = await browser.signedIn('asha', '/console/', { viewport: { width, height: 800 } });
      for (const one of pages) {
        await come(page, one);
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme });
          const picture = await page.screenshot({ fullPage: width < WIDE });
          writeFileSync(join(folder, `${one.name}-${colorScheme}.png`), picture);
        }
      }
    }
    await browser.settle();
    mkdirSync(SHOWN_IN, { recursive: true });
    for (const name of shown()) copyFileSync(join(ALL_IN, String(WIDE), name), join(SHOWN_IN, name));
    expect(pages.length).toBeGreaterThan(20);
  });

  it('are all there, each small and shown', () => {
    expect(shown().length).toBeGreaterThan(3);
    expect(readdirSync(SHOWN_IN).toSorted()).toEqual(shown().toSorted());
    for (const name of shown()) {
      const picture = readFileSync(join(SHOWN_IN, name));
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect(picture.length, name).toBeLessThan(120_000);
    }
  });
});
