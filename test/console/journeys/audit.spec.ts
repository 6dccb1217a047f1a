import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { randomPin } from '../../support/random-pin.js';
import { until } from '../../support/until.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';

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
    rig = await ConsoleRig.open([{ subject: 'asha', name: 'Asha Rao', scopes: OPERATOR_SCOPES }]);
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
});
