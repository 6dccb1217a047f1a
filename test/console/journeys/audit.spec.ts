import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { randomPin } from '../../support/random-pin.js';
import { until } from '../../support/until.js';
import { ConsoleRig } from '../console-rig.js';
import { axeFindings, CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';

const PROOF = '**/v1/admin/audit/inclusion-proof?*';
const CHECKPOINT = '**/v1/admin/audit/checkpoint';

interface Proof {
  readonly entry: string;
  readonly leafHash: string;
  readonly proof: readonly string[];
}

interface Head {
  readonly checkpoint: string;
  readonly verifierKeys: readonly string[];
}

describe.skipIf(CHROMIUM === null)('who reads the audit trail', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let leafIndex: string;
  let cardId: string;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
    ({ cardId } = await rig.kit.cardWithPin(randomPin()));
    const visitor = await rig.signedIn('asha');
    const linesOfCard = async () => {
      const { body } = await visitor.send('GET', `/v1/admin/audit?cardId=${cardId}`);
      return (body as { items: { leafIndex: number }[] }).items;
    };
    // Lines are sealed some seconds after what they tell of.
    await until('the lines are sealed', async () => (await linesOfCard()).length > 1);
    leafIndex = String((await linesOfCard())[0]?.leafIndex);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const proofOn = async (page: Page) => {
    await isRead(page);
    return await seen(page.getByRole('region', { name: 'Proof' }).locator('.notice'));
  };
  /** A page of the line, where a service lies. */
  const liedTo = async (url: string, lie: (answer: never) => object) => {
    const page = await browser.signedIn('asha', '/console/audit');
    await page.route(url, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: lie((await response.json()) as never) });
    });
    await page.goto(`/console/audit/${leafIndex}`);
    return await proofOn(page);
  };
  /** Another character, in the middle. */
  const bent = (text: string) => {
    const at = Math.floor(text.length / 2);
    return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
  };

  it('has a line proven here, against what the HSM has signed', async () => {
    const page = await browser.signedIn('asha', '/console/audit');
    await isRead(page);
    await page.getByRole('link', { name: leafIndex, exact: true }).click();
    expect(await proofOn(page)).toContain('This line is in the trail, as it is shown.');
    const [root, signed] = await page
      .locator('.fact')
      .filter({ hasText: /^Root/ })
      .locator('dd')
      .allInnerTexts();
    expect(signed).toBe(`${root} (the same)`);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the proof' }).click();
    expect((await download).suggestedFilename()).toBe(`audit-line-${leafIndex}.json`);
  });

  it.each<readonly [what: string, url: string, lie: (answer: never) => object]>([
    [
      'a line',
      PROOF,
      (answer: Proof) => ({ ...answer, entry: answer.entry.replace('127.0.0.1', '127.0.0.2') }),
    ],
    [
      'a line with its hash',
      PROOF,
      (answer: Proof) => ({ ...answer, entry: `${answer.entry} `, leafHash: bent(answer.leafHash) }),
    ],
    ['a step of the proof', PROOF, (answer: Proof) => ({ ...answer, proof: answer.proof.map(bent) })],
    ['a proof that is too short', PROOF, (answer: Proof) => ({ ...answer, proof: answer.proof.slice(1) })],
    [
      'a root',
      CHECKPOINT,
      (head: Head) => {
        const [origin, size, root = '', ...rest] = head.checkpoint.split('\n');
        return { ...head, checkpoint: [origin, size, bent(root), ...rest].join('\n') };
      },
    ],
    [
      'a signature',
      CHECKPOINT,
      (head: Head) => ({ ...head, checkpoint: head.checkpoint.replace(/\S+(?=\n$)/, bent) }),
    ],
    ['the keys', CHECKPOINT, (head: Head) => ({ ...head, verifierKeys: [] })],
  ] as readonly (readonly [string, string, (answer: never) => object])[])(
    'is told that a line is not proven where a service has changed %s',
    async (_what, url, lie) => {
      expect(await liedTo(url, lie)).toContain('This line is not proven.');
    },
  );

  it('believes no key but those of the auditors, once they are pasted', async () => {
    const page = await browser.signedIn('asha', '/console/audit?view=keys');
    await isRead(page);
    const key = await page
      .getByRole('region', { name: 'Keys that the service names' })
      .locator('li')
      .innerText();
    const keep = async (text: string, told: string) => {
      await page.getByLabel('Verifier keys').fill(text);
      await page.getByRole('button', { name: 'Keep' }).click();
      await page.getByText(told).waitFor();
    };
    await keep('no key', 'no verifier key');
    await keep(key, 'Only these keys are used.');
    await page.goto(`/console/audit/${leafIndex}`);
    expect(await proofOn(page)).toContain('This line is in the trail');
    // The service names its key again, and is not asked.
    const stored = (await page.evaluate("localStorage.getItem('pinward-verifier-keys')")) as string;
    expect(stored).toBe(key);
    await page.evaluate("localStorage.setItem('pinward-verifier-keys', 'another+0+AA==')");
    await page.reload();
    expect(await proofOn(page)).toContain('This line is not proven.');
  });

  it('finds the lines of a card, and is told what it has typed wrongly', async () => {
    const page = await browser.signedIn('asha', '/console/audit');
    const field = page.getByLabel('Card id');
    await field.fill('4071');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('A card id has 36 characters').waitFor();
    await field.fill(cardId);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(`**/audit?card_id=${cardId}`);
    await isRead(page);
    const found = async () => await page.locator('tbody tr').allInnerTexts();
    await expect.poll(async () => (await found()).every((line) => line.includes(cardId))).toBe(true);
    expect((await found()).length).toBeGreaterThan(1);
    await page.reload();
    expect(await field.inputValue()).toBe(cardId);
  });

  it('narrows by time, action and person, keeps all of it in the address, and lets go of it', async () => {
    const page = await browser.signedIn('asha', `/console/audit?card_id=${cardId}`);
    await isRead(page);
    await page.getByLabel('Action').fill('pin.set');
    await page.getByRole('button', { name: 'Hour', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.has('from'));
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('from')).toMatch(/^2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect([searchParams.get('action'), searchParams.get('card_id')]).toEqual(['pin.set', cardId]);
    await isRead(page);
    const rows = page.locator('tbody tr');
    await expect.poll(async () => await rows.count()).toBe(1);
    expect(await rows.innerText()).toContain('pin.set');
    // The browser of this journey is an hour or two ahead of UTC.
    expect(await page.getByLabel('From', { exact: true }).inputValue()).not.toContain(
      searchParams.get('from')?.slice(11, 19),
    );
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00:00');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('This must not be before its begin.').waitFor();
    await page.getByLabel('To', { exact: true }).fill('');
    await page.getByLabel('Operator').fill('Nobody Known');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('No line fits.').waitFor();
    await page.goBack();
    await expect.poll(async () => await rows.count()).toBe(1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForURL((url) => url.search === '');
  });

  it('searches on where lines are rare', async () => {
    const page = await browser.signedIn('asha', '/console/audit');
    await isRead(page);
    let looked = 0;
    await page.route('**/v1/admin/audit?*', async (route) => {
      looked += 20_000;
      const json = { items: [], nextCursor: String(looked), searchedTo: '2026-11-30T10:00:00.123456Z' };
      await route.fulfill({ json });
    });
    await page.goto('/console/audit?action=pin.unlock');
    await page.getByText('No line fits so far.').waitFor();
    expect(looked).toBe(200_000);
    await page.getByText('Searched to').waitFor();
    await page.getByRole('link', { name: 'Search on' }).press('Enter');
    await page.waitForURL('**/audit?action=pin.unlock&cursor=200000');
    await expect.poll(() => looked).toBe(400_000);
  });

  it.each([
    ['CSV', 'csv', '"leaf","auditId","occurredAt"', /\r\n"end","2"(,"")+\r\n$/],
    ['JSON lines', 'jsonl', '{"leaf":', /\n\{"end":\{"lines":2\}\}\n$/],
  ])('downloads all that fits as %s, by the keyboard alone', async (name, ending, begin, end) => {
    const page = await browser.signedIn('asha', `/console/audit?card_id=${cardId}`);
    await isRead(page);
    await page.getByLabel('Request id').focus();
    await expect
      .poll(async () => {
        await page.keyboard.press('Tab');
        return await page.evaluate('document.activeElement.textContent');
      })
      .toBe(name);
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^audit-[\\dTZ-]+\\.${ending}$`));
    const file = await readFile(await (await download).path(), 'utf8');
    expect(file.startsWith(begin)).toBe(true);
    expect(file).toMatch(end);
    expect(file).toContain(cardId);
    // The page stays where it was.
    expect(new URL(page.url()).pathname).toBe('/console/audit');
  });

  describe('that the trail only grew', () => {
    const SEEN = 'pinward-seen-checkpoint';
    const keptIn = async (page: Page) =>
      JSON.parse(await page.evaluate<string>(`localStorage.getItem('${SEEN}')`)) as {
        origin: string;
        size: number;
        root: string;
      };
    const keep = async (page: Page, head: object) =>
      await page.evaluate(`localStorage.setItem('${SEEN}', ${JSON.stringify(JSON.stringify(head))})`);
    const alarm = async (page: Page) => await seen(page.getByRole('alert'));
    const LOUD = 'The audit trail is not the one that this browser has seen before.';

    it('is kept, and proven when there is more of it', async () => {
      const page = await browser.signedIn('asha', '/console/audit?view=keys');
      await page.getByText('This browser keeps this checkpoint').waitFor();
      const first = await keptIn(page);
      expect(Object.keys(first)).toEqual(['origin', 'size', 'root']);
      await rig.kit.cardWithPin(randomPin());
      await expect
        .poll(async () => {
          await page.reload();
          await page.getByText('The trail only grew').waitFor();
          return (await keptIn(page)).size;
        })
        .toBeGreaterThan(first.size);
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('is denied loudly where it is another one, on each page, until a person lets go of it', async () => {
      const page = await browser.signedIn('asha', '/console/audit?view=keys');
      await page.getByText('This browser keeps this checkpoint').waitFor();
      const before = await keptIn(page);
      const other = bent(before.root.slice(0, -2)) + before.root.slice(-2);
      await keep(page, { ...before, root: other });
      for (const path of ['/console/audit', '/console/audit?view=keys', `/console/audit/${leafIndex}`]) {
        await page.goto(path);
        expect(await alarm(page)).toContain(LOUD);
        expect(await alarm(page)).toMatch(/were changed|two trails/);
      }
      await page.getByRole('button', { name: 'Forget what was seen' }).click();
      await expect.poll(async () => await page.getByRole('alert').count()).toBe(0);
      await expect.poll(async () => (await keptIn(page)).root).not.toBe(other);
    });

    it('is denied where it is shorter, or has another name', async () => {
      browser.provokes(/status of 400 .*consistency-proof/);
      const page = await browser.signedIn('asha', '/console/audit?view=keys');
      await page.getByText('This browser keeps this checkpoint').waitFor();
      const before = await keptIn(page);
      await keep(page, { ...before, size: before.size + 1_000_000 });
      await page.goto('/console/audit');
      expect(await alarm(page)).toContain('It is shorter than');
      await keep(page, { ...before, origin: 'other.example/pinward' });
      await page.goto('/console/audit?view=keys');
      expect(await alarm(page)).toContain('other.example/pinward');
    });

    it('is denied where the service gives another proof', async () => {
      const page = await browser.signedIn('asha', '/console/audit?view=keys');
      await page.getByText('This browser keeps this checkpoint').waitFor();
      await page.route('**/v1/admin/audit/consistency-proof?*', async (route) => {
        const response = await route.fetch();
        const answer = (await response.json()) as { proof: readonly string[] };
        await route.fulfill({ response, json: { ...answer, proof: [] } });
      });
      const { size } = await keptIn(page);
      await rig.kit.cardWithPin(randomPin());
      await expect
        .poll(async () => {
          await page.reload();
          await isRead(page);
          return await page.getByText(LOUD).count();
        })
        .toBe(1);
      expect((await keptIn(page)).size).toBe(size);
    });
  });

  it('has nothing that axe finds, wide and narrow, also when it is alarmed', async () => {
    for (const width of [1280, 360]) {
      const page = await browser.signedIn('asha', '/console/audit?action=pin.set', {
        viewport: { width, height: 800 },
      });
      await isRead(page);
      await page.evaluate(
        `localStorage.setItem('pinward-seen-checkpoint', '{"origin":"other.example/pinward","size":1,"root":"${'A'.repeat(43)}="}')`,
      );
      await page.reload();
      await page.getByRole('alert').waitFor();
      await isRead(page);
      expect(await axeFindings(page)).toEqual([]);
    }
  });
});
