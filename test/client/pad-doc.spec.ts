import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CARD_TEXT_NAMES } from '../../libs/client/src/card-details/texts.js';
import { TEXTS } from '../../libs/client/src/pin-pad/texts.js';
import { buildFrame } from '../../scripts/package/frame.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { bundleForWeb, gzipped } from './web-bundle.js';

const read = (path: string) => readFileSync(join(PROJECT_ROOT, path), 'utf8');
const PAGE = read('docs/pin-pad.md');

const PAD = "import { definePinPad } from '@pinward/client/pin-pad'; export default definePinPad;";
const DETAILS =
  "import { defineCardDetails } from '@pinward/client/card-details'; export const cards = defineCardDetails;";
const ENCRYPTION = ['encrypt-pin.ts'];

const toldAfter = (words: string) =>
  Number(
    PAGE.replaceAll(/\s+/g, ' ')
      .split(words)[1]
      ?.match(/^[\d.]+/)?.[0],
  );

describe('docs/pin-pad.md', () => {
  it.each([
    ['PIN pad: ', PAD, ENCRYPTION, 8],
    ['Card details: ', DETAILS, [], 8],
    ['of which ', `import { openReveal } from '@pinward/client/reveal'; export default openReveal;`, [], 4],
    ['both and the encryption: ', `${PAD} ${DETAILS}`, [], 16],
  ])('says how much is sent to a browser: %s', async (words, code, without, most) => {
    const kilobytes = gzipped(await bundleForWeb(code, without)) / 1_000;
    expect(kilobytes).toBeLessThan(most);
    expect(Math.abs(kilobytes - toldAfter(words)), `${kilobytes} kB`).toBeLessThan(0.2);
  });

  it('says how much the frame is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-frame-'));
    try {
      await buildFrame(folder);
      const kilobytes = gzipped(readFileSync(join(folder, 'frame.js'), 'utf8')) / 1_000;
      expect(Math.abs(kilobytes - toldAfter('script of the frame: ')), `${kilobytes} kB`).toBeLessThan(0.2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has every text with its name', () => {
    const section = PAGE.split('## Texts')[1]?.split('## ')[0] ?? '';
    for (const [name, text] of Object.entries(TEXTS)) {
      expect(section).toContain(`\`${name}\``);
      expect(section).toContain(text);
    }
    for (const name of CARD_TEXT_NAMES) expect(PAGE).toContain(`\`text-${name}\``);
  });

  it('has every property, part and attribute, and none that does not exist', () => {
    const sources = [
      'pin-pad/styles',
      'pin-pad/view',
      'pin-pad/pin-pad',
      'pin-pad/settings',
      'pin-pad/forgetting',
      'card-details/view',
    ]
      .map((name) => read(`libs/client/src/${name}.ts`))
      .join('\n');
    const of = (text: string, pattern: RegExp) =>
      new Set(Array.from(text.matchAll(pattern), ([, name]) => name));
    const property = /(--pinward-[a-z]+(?:-[a-z]+)*)/g;
    expect(of(PAGE, property)).toEqual(of(sources, property));
    for (const name of of(sources, /getAttribute\('([a-z-]+)'\)/g)) expect(PAGE).toContain(`\`${name}\``);
    for (const parts of of(sources, /part: '([a-z ]+)'/g))
      for (const part of parts?.split(' ') ?? []) expect(PAGE).toContain(`\`${part}\``);
  });

  it('shows imports that also work where pages are rendered on a server', async () => {
    const url = `data:text/javascript,${encodeURIComponent(await bundleForWeb(`${PAD} ${DETAILS}`))}`;
    const module = (await import(url)) as object;
    expect(Object.keys(module).toSorted()).toEqual(['cards', 'default']);
  });
});
