import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen, signInAs } from './console-browser.js';
import { lockedCard } from './seed.js';
import { expectSound } from './soundness.js';

describe.skipIf(CHROMIUM === null)('who does nothing for a while', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  let path: string;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA]);
    browser = await ConsoleBrowser.open(rig);
    const { cardId } = await lockedCard(rig.kit);
    path = `/console/cards/${cardId}`;
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  /** With a time of its own, which goes on when the test says so, however long that takes. */
  let now: number;
  const page = async () => {
    const one = await browser.page();
    now = Date.now();
    await one.clock.install({ time: now });
    await one.clock.setFixedTime(now);
    await one.goto(path);
    await signInAs(one, 'asha');
    await one.getByLabel('Reason').fill('Called from the number on file');
    // An answer that is late would count as something that was done.
    await one.waitForLoadState('networkidle');
    return one;
  };
  /** Time passes for the page, and for the service: what it remembers of sessions is that much older. */
  const pass = async (one: Page, minutes: number) => {
    const owner = await rig.kit.openOwner();
    await owner.query(
      `UPDATE console_sessions SET last_seen_at = last_seen_at - $1 * interval '1 minute' WHERE ended_at IS NULL`,
      [minutes],
    );
    now += minutes * 60_000;
    await one.clock.setFixedTime(now);
    // The page looks at it every second.
    await one.clock.runFor(2_000);
  };
  const question = (one: Page, name = 'Are you still there?') => one.getByRole('alertdialog', { name });

  it('is asked a minute before the end, and stays in by saying so', async () => {
    const one = await page();
    await pass(one, 13);
    expect(await question(one).count()).toBe(0);
    await pass(one, 1.5);
    await question(one).waitFor();
    await expectSound(one);
    await question(one).getByRole('button', { name: 'Stay signed in' }).click();
    await question(one).waitFor({ state: 'hidden' });
    expect(await one.getByLabel('Reason').inputValue()).toBe('Called from the number on file');
    // A whole quarter of an hour again.
    await pass(one, 13);
    expect(await question(one).count()).toBe(0);
    expect(await one.getByText('Your session has ended').count()).toBe(0);
  });

  it('is out without an answer, and finds what was typed after the next login', async () => {
    browser.provokes(/status of 401 .*/);
    const one = await page();
    await pass(one, 14.5);
    await question(one).waitFor();
    await question(one).getByRole('button', { name: 'Cancel' }).click();
    await question(one).waitFor({ state: 'hidden' });
    await pass(one, 1);
    const notice = one.locator('.notice[role=alert]');
    expect(await seen(notice)).toContain('Your session has ended');
    await expectSound(one);
    await one.getByRole('button', { name: 'Unlock the card' }).click();
    await one.locator('.problem').filter({ hasText: 'You are signed out' }).waitFor();
    await expectSound(one);
    await notice.getByRole('button', { name: 'Sign in' }).click();
    // The provider still knows the person.
    await notice.waitFor({ state: 'detached' });
    await isRead(one);
    expect(await one.getByLabel('Reason').inputValue()).toBe('Called from the number on file');
  });

  it('cannot make a session longer than it may be, and is told to sign in again', async () => {
    const one = await page();
    const owner = await rig.kit.openOwner();
    await owner.query(
      `UPDATE console_sessions SET signed_in_at = signed_in_at - interval '7 hours 50 minutes' WHERE ended_at IS NULL`,
    );
    await one.reload();
    await one.getByLabel('Reason').waitFor();
    await one.waitForLoadState('networkidle');
    await pass(one, 9.5);
    await question(one, 'Your session ends').waitFor();
    await expectSound(one);
    await question(one, 'Your session ends').getByRole('button', { name: 'Sign in again' }).click();
    await signInAs(one, 'asha');
    await one.waitForURL(`**${path}`);
    await expect
      .poll(async () => await one.getByLabel('Reason').inputValue())
      .toBe('Called from the number on file');
  });
});
