import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reportHeldKeys } from '#libs/keys';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { until } from '../../support/until.js';
import { ConsoleRig } from '../console-rig.js';
import { axeFindings, CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';

const REPLICA = '0b4c3d52-3c0e-4f6c-9a51-0d9d7f2f7a11';
/** As often as the page looks; longer than that. */
const A_LOOK_MS = 16_000;

describe.skipIf(CHROMIUM === null)('who opens the console in the morning', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open(
      [ASHA, { subject: 'wim', name: 'Wim de Boer', scopes: ['webhooks:manage'] }],
      { environment: { AUDIT_SEAL_INTERVAL_MS: '200' } },
    );
    browser = await ConsoleBrowser.open(rig);
    await lockedCard(rig.kit, { cardRef: 'locked-this-morning' });
    const owner = await rig.kit.openOwner();
    await until('the lock is counted', async () => {
      const counted = await owner.query<unknown[]>("SELECT FROM activity_hours WHERE kind = 'locks'");
      return counted.length > 0;
    });
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const state = (page: Page) => page.getByRole('region', { name: 'State of the service' });
  const check = (page: Page, name: string) =>
    state(page)
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${name}`) });
  const chart = (page: Page, title: string) => page.getByRole('figure').filter({ hasText: title });

  it('sees part by part whether everything is sound, in words as well, and what must be replaced when', async () => {
    const page = await browser.signedIn('asha');
    await isRead(page);
    expect(await seen(state(page).locator('.verdict'))).toMatch(/^Everything is sound\.\s+Looked at \d/);
    expect(await state(page).getByRole('listitem').count()).toBe(12);
    expect(await check(page, 'HSM').innerText()).toMatch(/^HSM sound\s+softhsm2 · tested /);
    expect(await check(page, 'Webhooks').innerText()).toContain('not used');
    const due = page.getByRole('table', { name: 'Due within 30 days' });
    expect(await due.getByRole('row').filter({ hasText: 'pin-transport-1' }).innerText()).toContain('soon');
    // What was there before is there.
    for (const name of ['Waiting for a second person', 'Brakes in force', 'Open alarms', 'Locked cards'])
      await page.getByRole('region', { name }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('is told by itself when a part has a fault, and when the connection is lost, without keeping the session', async () => {
    const page = await browser.page();
    await page.clock.install();
    await page.goto('/console/');
    await page.locator('button[name="person"][value="asha"]').click();
    await isRead(page);
    await state(page).getByText('Everything is sound.').waitFor();
    const background: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/admin/')) background.push(request.headers()['x-console-background']);
    });
    const owner = await rig.kit.openOwner();
    await reportHeldKeys(owner, REPLICA, {
      keys: [],
      trouble: null,
      replica: { host: 'elsewhere', version: '0.0.1', policyVersion: 1 },
    });
    await page.clock.fastForward(A_LOOK_MS);
    await state(page).getByText('PINs are served, but something needs attention.').waitFor();
    expect(await check(page, 'Service').innerText()).toMatch(/degraded\s+Replicas have several versions/);
    expect(await axeFindings(page)).toEqual([]);
    expect(background.length).toBeGreaterThan(0);
    expect(new Set(background)).toEqual(new Set(['true']));
    await owner.query('DELETE FROM hsm_key_holders WHERE replica_id = $1', [REPLICA]);
    // What was known last stays, with its time.
    browser.provokes(/ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    await page.clock.fastForward(A_LOOK_MS);
    expect(await seen(state(page).locator('.notice'))).toMatch(/No connection\. Shown is the state of \d/);
    expect(await check(page, 'Service').innerText()).toContain('degraded');
    await page.context().setOffline(false);
    await page.clock.fastForward(A_LOOK_MS);
    await state(page).getByText('Everything is sound.').waitFor();
    expect(await state(page).locator('.notice').count()).toBe(0);
  });

  it('goes through the hours with keys or the pointer, and reads them as a table', async () => {
    const page = await browser.signedIn('asha');
    await isRead(page);
    const figure = chart(page, 'Wrong PINs');
    expect(await figure.locator('figcaption').innerText()).toMatch(/Wrong PINs\s+3/);
    const slider = page.getByRole('slider', { name: 'Wrong PINs, by the hour' });
    expect(await slider.getAttribute('aria-valuemax')).toBe('23');
    await slider.focus();
    const value = async () => await figure.locator('.chart-value').innerText();
    const text = async () => await slider.getAttribute('aria-valuetext');
    expect(await text()).toBe(await value());
    const values = new Set<string>();
    for (let hour = 0; hour < 24; hour += 1) {
      values.add((await value()).split(': ')[1] ?? '');
      await page.keyboard.press('ArrowLeft');
    }
    // The counting began today: hours before it are no zeros.
    expect([...values]).toEqual(expect.arrayContaining(['3', 'not counted']));
    expect(await value()).toMatch(/: not counted$/);
    expect(await slider.getAttribute('aria-valuenow')).toBe('0');
    await page.keyboard.press('Tab');
    expect(await value()).toBe('the most in an hour: 3');
    await figure.locator('.bar-ground').first().hover();
    expect(await value()).toMatch(/: not counted$/);
    await page.mouse.move(0, 0);
    expect(await value()).toBe('the most in an hour: 3');
    await figure.locator('summary').click();
    const table = page.getByRole('table', { name: 'Wrong PINs, by the hour' });
    expect(await table.getByRole('row').count()).toBe(25);
    expect(await table.getByRole('cell', { name: '3', exact: true }).count()).toBe(1);
    await page.getByText('of these 24 hours. What happened in the others is in the audit trail.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('finds the span of hours in the address', async () => {
    const page = await browser.signedIn('asha');
    await page.getByRole('link', { name: '7 days' }).click();
    await page.waitForURL(/\/console\/\?hours=168$/);
    const slider = page.getByRole('slider', { name: 'Cards locked, by the hour' });
    await expect.poll(() => slider.getAttribute('aria-valuemax')).toBe('167');
    await page.reload();
    await isRead(page);
    expect(await page.getByRole('link', { name: '7 days' }).getAttribute('aria-current')).toBe('page');
    expect(await axeFindings(page)).toEqual([]);
    await page.goBack();
    await expect.poll(() => slider.getAttribute('aria-valuemax')).toBe('23');
  });

  it('reads which right is missing for what is not shown', async () => {
    const page = await browser.signedIn('wim');
    await isRead(page);
    await page.getByRole('region', { name: 'Waiting for a second person' }).waitFor();
    expect(await state(page).count()).toBe(0);
    const notes = await page.getByRole('note').allInnerTexts();
    expect(notes.map((note) => note.split(',')[0])).toEqual([
      'Seeing whether everything is sound takes the right ops:read',
      'Seeing what happened in the last hours takes the right ops:read',
      'Seeing brakes takes the right ops:read or ops:brakes',
      'Seeing alarms takes the right ops:read or ops:brakes',
      'Seeing incidents takes the right ops:read or ops:incidents',
      'Seeing locked cards takes the right ops:read',
    ]);
    expect(await axeFindings(page)).toEqual([]);
  });
});
