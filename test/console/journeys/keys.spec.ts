import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { runOn } from '../../service/kit-pinctl.js';
import { ConsoleRig } from '../console-rig.js';
import { axeFindings, CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';

describe.skipIf(CHROMIUM === null)('who looks after the keys', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open(
      [
        ASHA,
        { subject: 'omar', name: 'Omar Haddad', scopes: ['ops:policy'] },
        { subject: 'lena', name: 'Lena Vogt', scopes: ['audit:read'] },
      ],
      { environment: { HSM_KEY_REFRESH_MS: '200', HSM_WORKERS: '1' } },
    );
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const age = async (kind: string, days: number) => {
    const owner = await rig.kit.openOwner();
    await owner.query(
      'UPDATE hsm_keys SET registered_at = clock_timestamp() - make_interval(days => $2) WHERE kind = $1',
      [kind, days],
    );
  };
  const row = (page: Page, kind: string) =>
    page.getByRole('table', { name: 'Kinds of keys' }).getByRole('row').filter({ hasText: kind });
  const part = (page: Page, name: string) => page.getByRole('region', { name });
  const open = async (page: Page, path: string) => {
    await page.goto(path);
    await isRead(page);
  };

  it('comes to the keys by the keyboard, and opens one', async () => {
    const page = await browser.signedIn('asha');
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.waitForURL('**/console/keys');
    expect(await seen(row(page, 'pin-transport'))).toMatch(
      /Opens the envelopes[^]*pin-transport-1[^]*0 days old[^]*due in 6 days[^]*none in use/,
    );
    expect(await page.getByRole('row').count()).toBe(10);
    const text = await page.locator('main').innerText();
    expect(text).toContain('on the command line, by those who hold the HSM’s secrets');
    expect(text).toContain('“Keys: ceremony, rotation, retirement”');
    await page.getByRole('link', { name: 'pin-transport' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Key pin-wrapping' }).waitFor();
    await page.waitForURL('**/console/keys/pin-wrapping');
  });

  it('is told in words what is due, and the command for it', async () => {
    await age('otp', 100);
    await age('token-signing', 90);
    const page = await browser.signedIn('asha', '/console/keys');
    await isRead(page);
    expect(await seen(row(page, 'otp'))).toContain('overdue by 10 days');
    expect(await seen(row(page, 'token-signing'))).toContain('due now');
    await open(page, '/console/keys/otp');
    expect(await part(page, 'What it is').innerText()).toMatch(/overdue by 10 days[^]*every 90 days/);
    expect(await page.locator('code').filter({ hasText: 'pinctl keys rotate otp' }).count()).toBe(1);
    await open(page, '/console/keys/lookup');
    expect(await part(page, 'What is next').innerText()).toContain('Nothing before the next rotation.');
  });

  it('sees who holds each generation, and a process that lacks one', async () => {
    const replica = '3f0e1f5e-6f53-4f0e-9d5b-0a9d1c7c2b11';
    const owner = await rig.kit.openOwner();
    await owner.query(
      `INSERT INTO hsm_key_holders (replica_id, keys, trouble, attests, host, version)
       VALUES ($1, '{"lookup-1":"accepted"}', 'secrets-1 is not on this token', true, 'pod-7', '0.0.1')`,
      [replica],
    );
    const page = await browser.signedIn('asha', '/console/keys/lookup');
    await isRead(page);
    const holders = await part(page, 'Who holds them').innerText();
    expect(holders).toMatch(/lookup-1 \(current\)/);
    expect(holders).toMatch(new RegExp(`pod-7[^]*${replica}[^]*lookup-1 \\(accepted\\)`));
    expect(await part(page, 'Generations').innerText()).toContain('2 of 2 processes');
    expect(await part(page, 'What is next').innerText()).toContain(
      'Not every running process uses lookup-1 yet.',
    );
    const text = await page.locator('main').innerText();
    expect(text).toContain('pod-7 does not take up a registered key: secrets-1 is not on this token');
    await open(page, '/console/keys/secrets');
    expect(await part(page, 'Generations').innerText()).toContain('1 of 2 processes');
    await owner.query('DELETE FROM hsm_key_holders WHERE replica_id = $1', [replica]);
  });

  it('follows a rotation until everything has moved on', async () => {
    await rig.kit.register({ pan: '4000000000000002' });
    await runOn(rig.kit, 'pinctl keys rotate card-vault');
    const page = await browser.signedIn('omar', '/console/keys');
    await isRead(page);
    expect(await seen(row(page, 'card-vault'))).toMatch(/card-vault-2[^]*card-vault-1[^]*0 % moved on/);
    await page.getByRole('link', { name: 'card-vault' }).click();
    const bar = page.getByRole('progressbar', {
      name: 'Cards with sealed data that no longer need card-vault-1: 0 % of the installation',
    });
    await bar.waitFor();
    expect(await bar.getAttribute('value')).toBe('0');
    expect(await part(page, 'What has moved on').innerText()).toContain(
      'Of your tenant 1 of 1 still need it',
    );
    const command = await seen(page.locator('ol code'));
    expect(command).toBe('pinctl keys reseal card-vault');
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page)).toEqual([]);
      }
    }
    await runOn(rig.kit, command);
    await page.reload();
    await isRead(page);
    expect(await part(page, 'What has moved on').innerText()).toMatch(
      /: 100 % of the installation[^]*None was found that needs it\. Of your tenant 0 of 1/,
    );
    expect(await part(page, 'What is next').innerText()).toMatch(/card-vault-1 is not over yet/);
  });

  it('is told which right is missing, and of a kind that does not exist', async () => {
    const page = await browser.signedIn('lena', '/console/keys/otp');
    expect(await page.locator('main').innerText()).toMatch(/takes the right ops:read or ops:policy/);
    expect(await page.getByRole('navigation', { name: 'Sections' }).innerText()).not.toContain('Keys');
    const other = await browser.signedIn('asha', '/console/keys/no-such-kind');
    await isRead(other);
    expect(await other.locator('main').innerText()).toContain('There is no kind of key of this name.');
  });
});
