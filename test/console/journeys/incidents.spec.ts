import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ASHA } from '../../../scripts/development/openid-provider-persons.js';
import { pinctl } from '../../pinctl/run-pinctl.js';
import { ConsoleRig } from '../console-rig.js';
import { CHROMIUM, ConsoleBrowser, isRead, seen } from './console-browser.js';
import { lockedCard } from './seed.js';
import { expectSound } from './soundness.js';

describe.skipIf(CHROMIUM === null)('who has to stop something, or to repair it', () => {
  let rig: ConsoleRig;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    rig = await ConsoleRig.open([ASHA], {
      environment: { ALARM_PAUSE: 'true', ALARM_FLOOR: '50' },
    });
    browser = await ConsoleBrowser.open(rig);
  });
  afterEach(async () => await browser.settle());
  afterAll(async () => await rig[Symbol.asyncDispose]());

  const brakesOf = async (page: Page) => {
    await isRead(page);
    return await page.getByRole('region', { name: 'What is stopped' }).innerText();
  };

  it('pulls a brake, which stops it at once, and releases it again', async () => {
    browser.provokes(/status of 503 .*/);
    const page = await browser.signedIn('asha', '/console/incidents?view=brakes');
    expect(await brakesOf(page)).toContain('Nothing is stopped.');
    await page.getByLabel('What to stop').selectOption('operation');
    await page.getByLabel('Reason').fill('Cards are registered twice');
    await page.getByRole('button', { name: 'Stop an operation' }).click();
    await page.getByText('Choose an operation.').waitFor();
    await page.getByLabel('Operation', { exact: true }).selectOption('card.register');
    await page.getByRole('button', { name: 'Stop an operation' }).click();
    await page.getByText('It is stopped, on every replica').waitFor();
    expect(await brakesOf(page)).toMatch(
      /an operation: card\.register[^]*Cards are registered twice[^]*asha/,
    );
    // What was sent is typed no more.
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
    expect(await rig.kit.post('/v1/cards', { cardRef: 'stopped' })).toMatchObject({ status: 503 });
    await page.goto('/console/');
    expect(await seen(page.getByRole('region', { name: 'Brakes in force' }).locator('li'))).toContain(
      'Operation card.register',
    );
    await page.goto('/console/incidents?view=brakes');
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Reason').first().fill('The import was put right');
    await page.getByRole('button', { name: 'Release the brake' }).click();
    await page.getByText('Nothing is stopped.').waitFor();
    expect(await rig.kit.post('/v1/cards', { cardRef: 'goes-on' })).toMatchObject({ status: 201 });
  });

  it('opens an incident, sees whom it is about, restores them, and has a report', async () => {
    const card = await lockedCard(rig.kit, { cardRef: 'hit-by-the-release' });
    const page = await browser.signedIn('asha', '/console/incidents?view=new');
    const submit = page.getByRole('button', { name: 'Find the cards' });
    await page.getByLabel('Reason').fill('Release 7.3 sent PINs of the wrong card');
    await submit.click();
    await page.getByText('Say from when on.').waitFor();
    expect(await page.locator('.field-fault').allTextContents()).toHaveLength(3);
    // In the zone of the browser, which is not that of the service.
    const [from, to] = await page.evaluate<[string, string]>(`[-3600, -1].map((seconds) =>
      new Date(Date.now() + seconds * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 19))`);
    await page.getByLabel('Wrong tries from').fill(from);
    await page.getByLabel('Wrong tries until').fill(to);
    await page.getByLabel('Client', { exact: true }).fill('card-app');
    await submit.click();
    await page.getByRole('heading', { name: 'Incident: Release 7.3' }).waitFor();
    // The preview is there without being asked for again.
    const restore = page.getByRole('button', { name: 'Restore 1 card…' });
    await restore.waitFor();
    expect(await seen(page.getByRole('table', { name: 'Cards of the incident' }))).toContain(
      'hit-by-the-release',
    );
    await restore.click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Restore', exact: true }).click();
    expect(await seen(page.locator('.badge-good').filter({ hasText: 'restored' }))).toBe('restored');
    await page.goto(`/console/cards/${card.cardId}`);
    await isRead(page);
    expect(await page.locator('.fact').first().innerText()).toContain('Active');
  });

  it('cancels an incident, and has a report that holds up against the auditors’ tool', async () => {
    const asha = await rig.signedIn('asha');
    const { body } = await asha.post('/v1/admin/incidents', {
      filter: {
        triedFrom: new Date(Date.now() - 3_600_000).toISOString(),
        triedTo: new Date(Date.now() - 1_800_000).toISOString(),
        clientId: 'card-app',
      },
      reason: 'It was another release',
    });
    const { incidentId } = body as { incidentId: string };
    const page = await browser.signedIn('asha', `/console/incidents/${incidentId}`);
    await page.getByRole('button', { name: 'Cancel the incident…' }).click();
    await page.getByLabel('Reason').fill('Opened for the wrong client');
    await expectSound(page);
    await page.getByRole('button', { name: 'Cancel the incident', exact: true }).click();
    const report = page.getByRole('region', { name: 'Report' });
    expect(await seen(report.locator('.notice'))).toContain('It was cancelled. No card was restored.');
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('wrong client');
    await expectSound(page);
    const saved = async (button: string) => {
      const download = page.waitForEvent('download');
      await report.getByRole('button', { name: button }).click();
      const file = await download;
      return [file.suggestedFilename(), await readFile(await file.path(), 'utf8')] as const;
    };
    const [jsonName, json] = await saved('Download as JSON');
    expect(jsonName).toBe(`incident-${incidentId}.json`);
    expect(JSON.parse(json)).toMatchObject({ incidentId, state: 'cancelled', openedBy: 'asha' });
    const [noteName, note] = await saved('Download with its signature');
    expect(noteName).toBe(`incident-${incidentId}.txt`);
    const told = await asha.send('GET', `/v1/admin/incidents/${incidentId}/report`);
    expect(await verified(note, (told.body as { verifierKeys: readonly string[] }).verifierKeys)).toBe(0);
    const bent = note.replace('"cancelled"', '"done"');
    expect(bent).not.toBe(note);
    expect(await verified(bent, (told.body as { verifierKeys: readonly string[] }).verifierKeys)).not.toBe(0);
  });

  it('sees who may be guessing, and lets the client go on that was paused for it', async () => {
    const owner = await rig.kit.openOwner();
    await owner.query(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, details)
       SELECT 'default', 'spraying-app', 'spraying-app', 'bulk', 'pin.validate', 'outcome', 'not-matched',
              '{"pinStatus":"active","triesSpent":2,"failuresWithoutSuccess":2}' FROM generate_series(1, 200)`,
    );
    const page = await browser.signedIn('asha', '/console/incidents?view=alarms');
    const row = page.getByRole('row').filter({ hasText: 'spraying-app' }).filter({ hasText: 'wrong PINs' });
    // The sealing and the counting are seconds behind.
    await expect
      .poll(async () => {
        await page.reload();
        await isRead(page);
        return (await row.allInnerTexts()).join();
      })
      .toMatch(/200 in [^]*open[^]*paused/);
    await expectSound(page);
    await page.goto('/console/');
    await page.getByRole('region', { name: 'Open alarms' }).getByText('spraying-app').first().waitFor();
    await page.goto('/console/incidents?view=alarms');
    await row.getByRole('link', { name: 'Brakes' }).click();
    await page.waitForURL('**/incidents?view=brakes');
    expect(await brakesOf(page)).toContain('spraying-app');
    await page.getByRole('row').filter({ hasText: 'spraying-app' }).getByRole('button').click();
    await page.getByLabel('Reason').first().fill('It was the test of a release');
    await page.getByRole('button', { name: 'Release the brake' }).click();
    await page.getByText('Nothing is stopped.').waitFor();
    await page.goto('/console/incidents?view=alarms');
    expect(await seen(row)).toContain('was paused, is released');
    await page.getByLabel('State').selectOption('ended');
    await page.waitForURL('**alarm_state=ended');
    expect(await seen(page.locator('.empty'))).toBe('There was no alarm in the last 90 days.');
  });
});

/** What the auditors' tool makes of a report. @returns its exit status */
async function verified(note: string, keys: readonly string[]): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-report-'));
  try {
    const [report, keysFile] = [join(folder, 'report.txt'), join(folder, 'keys')];
    writeFileSync(report, note);
    writeFileSync(keysFile, `${keys.join('\n')}\n`);
    // It needs neither the database nor the HSM.
    const offline = { PINWARD_ENV: 'test', DATABASE_URL: 'postgresql://none@127.0.0.1:1/none' };
    return (await pinctl(['incidents', 'verify-report', report, '--keys', keysFile], offline)).code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
