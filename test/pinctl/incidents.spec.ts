import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatVerifierKey, verifierKey } from '#libs/audit';
import { recordDeploymentPolicy } from '#libs/database';
import { IncidentWork, type IncidentView } from '#libs/incidents';
import { insertLockedCards } from '../incidents/locked-cards.js';
import { KeysKit } from './keys-kit.js';

const REASON = 'Release 7.3 sent PINs of other cards';
const LIMITS = { maxTries: 3, maxFailures: 9 };

let kit: KeysKit;
beforeAll(async () => {
  kit = await KeysKit.open();
  const made = await kit.run([
    'keys',
    'init',
    '--yes',
    '--transport-bits',
    '2048',
    '--record',
    kit.file('init'),
  ]);
  expect(made).toMatchObject({ code: 0 });
  await persons(1);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** As far as the database can tell: what a service leaves there when it starts. */
async function persons(approvals: number): Promise<void> {
  const limits = { maxTries: LIMITS.maxTries, maxFailuresWithoutSuccess: LIMITS.maxFailures };
  await recordDeploymentPolicy(kit.owner.manager, { approvals, ...limits });
}

const incidents = (...args: readonly string[]) => kit.run(['incidents', ...args]);
const now = async () => {
  const [row] = await kit.owner.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  return row?.now.toISOString() ?? '';
};

/** Some cards that were locked just now, sealed; the options of a preview of them. */
async function locked(count: number): Promise<string[]> {
  const from = await now();
  await insertLockedCards(kit.owner, count);
  await kit.owner.query('SELECT pinward_seal_events()');
  let to = await now();
  while (to === from) to = await now();
  return ['--from', from, '--to', to, '--client', 'card-app', '--reason', REASON];
}

async function previewed(count: number): Promise<IncidentView> {
  const { code, stdout } = await incidents('preview', ...(await locked(count)), '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as IncidentView;
}

/** What a running service does. */
async function servicesWork(): Promise<void> {
  const work = new IncidentWork(
    kit.owner,
    () => LIMITS,
    () => false,
  );
  let more = true;
  while (more) {
    await kit.owner.query('UPDATE incidents SET next_step_at = clock_timestamp()');
    more = await work.step();
  }
}

describe('pinctl incidents', () => {
  it('previews with progress, a masked sample and the next step, and changes no card', async () => {
    const shown = await incidents('preview', ...(await locked(12)));
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('minutes of the trail') });
    expect(shown.stdout).toMatch(/^State +previewed$/m);
    expect(shown.stdout).toMatch(/^To restore +12$/m);
    expect(shown.stdout).toMatch(/^[0-9a-f-]{36} +bulk-\S+ +XXXX\d{4} +planned$/m);
    expect(shown.stdout).toContain('Next: pinctl incidents restore');
    const [row] = await kit.owner.query<object[]>(
      `SELECT count(*)::int AS locked FROM cards WHERE pin_status = 'locked'`,
    );
    expect(row).toEqual({ locked: 12 });
  });

  it('restores after the id was typed, shows the progress, and lists what there was', async () => {
    const { incidentId } = await previewed(5);
    const unsure = await kit.run(['incidents', 'restore', incidentId], {}, 'yes\n');
    expect(unsure).toMatchObject({ code: 1, stderr: expect.stringContaining('guesses at 5 cards') });
    expect(await kit.run(['incidents', 'restore', incidentId], {}, `${incidentId}\n`)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('5 cards are to be restored'),
    });
    const watching = incidents('watch', incidentId);
    await servicesWork();
    const watched = await watching;
    expect(watched).toMatchObject({ code: 0, stderr: expect.stringContaining('cards: 5 of 5') });
    expect(watched.stdout).toMatch(/^Restored +5, with 15 failures taken back$/m);
    expect(watched.stdout).toMatch(/^Asked for by +pinctl:/m);
    expect((await incidents('show', incidentId)).stdout).toMatch(/^State +done$/m);
    expect((await incidents('list')).stdout).toContain(incidentId);
    const cards = await incidents('cards', incidentId, '--outcome', 'restored', '--json');
    expect(JSON.parse(cards.stdout)).toHaveLength(5);
    expect((await incidents('cards', incidentId, '--outcome', 'kept-out', '--json')).stdout).toBe('[]\n');
  });

  it('cancels, and then there is nothing to restore', async () => {
    const { incidentId } = await previewed(2);
    expect(await incidents('cancel', incidentId, '--reason', 'The window was wrong')).toMatchObject({
      code: 0,
      stdout: 'Cancelled: 0 cards were restored, 2 are left as they were.\n',
    });
    expect(await incidents('restore', incidentId, '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it was decided, has ended'),
    });
    expect(await incidents('watch', incidentId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the incident is cancelled'),
    });
  });

  it('refuses where two persons are needed, and names the call', async () => {
    const { incidentId } = await previewed(2);
    await persons(2);
    expect(await incidents('restore', incidentId, '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`POST /v1/admin/incidents/${incidentId}/restore`),
    });
    await persons(1);
    expect((await incidents('show', incidentId)).stdout).toMatch(/^State +previewed$/m);
  });

  it('names what is wrong by its option', async () => {
    const [from, , to] = ['2026-01-01T00:00:00Z', '', '2026-01-02T00:00:00Z'];
    const times = ['--from', from, '--to', to, '--reason', REASON] as const;
    expect(await incidents('preview', ...times)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must name a client or source addresses'),
    });
    expect(await incidents('preview', ...times, '--source', '10.0.0.1/8')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--source (number 1) is not an IPv4 or IPv6 range'),
    });
    expect(await incidents('preview', '--from', 'today', '--to', to, '--reason', REASON)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It must be a time such as'),
    });
    expect(await incidents('show', 'nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such incident'),
    });
    expect((await incidents('preview', '--help')).stdout).toContain('--source <range...>');
  });
});

describe('the report of an incident', () => {
  it('is signed by the HSM, verified without database and HSM, and tells of what was tampered with', async () => {
    const { incidentId } = await previewed(3);
    const file = kit.file('incident.txt');
    expect(await incidents('report', incidentId, '--out', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has not ended'),
    });
    await incidents('restore', incidentId, '--yes');
    await servicesWork();
    expect(await incidents('report', incidentId, '--out', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 cards'),
    });
    const keys = `${kit.file('init')}.keys`;
    const verify = async (report: string, ...more: readonly string[]) => {
      const offline = { PINWARD_ENV: 'test', PATH: '', DATABASE_URL: 'postgresql://none@127.0.0.1:1/none' };
      return await kit.run(['incidents', 'verify-report', report, '--keys', keys, ...more], {
        ...Object.fromEntries(Object.keys(kit.environment).map((name) => [name, undefined])),
        PKCS11_TOKEN_PIN: undefined,
        PKCS11_SO_PIN: undefined,
        ...offline,
      });
    };
    const verified = await verify(file);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('holds its 3 cards') });
    expect(verified.stdout).toContain('"failuresTakenBack": 9');

    const report = readFileSync(file, 'utf8');
    const forged = kit.file('forged.txt');
    writeFileSync(forged, report.replace('"failuresTakenBack": 9', '"failuresTakenBack": 3'));
    expect(await verify(forged)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a signature that is not its own'),
    });
    const cards = kit.file('other.cards');
    writeFileSync(cards, readFileSync(`${file}.cards`, 'utf8').replace('restored', 'kept-out'));
    expect(await verify(file, '--cards', cards)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not hold the cards of this report'),
    });
    expect(await verify(kit.file('init'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('this is no report of an incident'),
    });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const stranger = kit.file('stranger.keys');
    writeFileSync(stranger, `${formatVerifierKey(verifierKey('pinward/audit', publicKey))}\n`);
    expect(await verify(file, '--keys', stranger)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('signed by no known key'),
    });
    expect(await incidents('report', incidentId, '--out', file)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('never written over'),
    });
  });
});
