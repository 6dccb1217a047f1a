import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, ORIGIN, type TrailUnderTest } from '../audit/audit-kit.js';
import { pinctl } from './run-pinctl.js';

let trail: TrailUnderTest;
let cardId: string;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  trail = await openTrail();
  cardId = await newCardWithPin(trail.rig.store);
  await evaluate(trail.rig.store, cardId, 'not-matched');
  await trail.keeper().execute();
  environment = {
    DATABASE_URL: trail.rig.database.serviceUrl,
    MIGRATION_DATABASE_URL: trail.rig.database.ownerUrl,
    PINWARD_ENV: 'test',
    AUDIT_ORIGIN: ORIGIN,
    AUDIT_CHECKPOINT_FILE: trail.path,
  };
});
afterAll(() => trail[Symbol.asyncDispose]());

const run = (args: string, changed: Readonly<Record<string, string>> = {}, input = '') =>
  pinctl(args.split(' '), { ...environment, ...changed }, input);

describe('pinctl audit', () => {
  it('verifies, and names the first bad event', async () => {
    const good = await run('audit verify');
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(
      /^4 events, 1 signed heads and the kept checkpoint: all as they were written\.$/m,
    );
    await trail.rig.owner.query("UPDATE audit_events SET result = 'matched' WHERE result = 'not-matched'");
    const bad = await run('audit verify');
    expect(bad).toMatchObject({ code: 1 });
    expect(bad.stdout).toMatch(/NOT as they were written\.\nleaf 3 \(audit id \d+\): the line was edited$/m);
    const json = JSON.parse((await run('audit verify --json')).stdout) as { findings: unknown[] };
    expect(json.findings).toHaveLength(1);
    await trail.rig.owner.query("UPDATE audit_events SET result = 'not-matched' WHERE result = 'matched'");
  });

  it('believes no head without the keys, which come from outside the database', async () => {
    const elsewhere = join(dirname(trail.path), 'no-keys');
    const { code, stderr } = await run(`audit verify --keys ${elsewhere}`);
    expect([code, stderr]).toMatchObject([1, expect.stringContaining('gives no verifier keys')]);
    expect((await run('audit verify', { AUDIT_ORIGIN: 'other' })).code).toBe(1);
  });

  it('exports JSON lines, and goes on where the last export ended', async () => {
    const { stdout } = await run('audit export');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { leaf: number }).leaf)).toEqual([0, 1, 2, 3]);
    expect((await run('audit export --from 3')).stdout).toBe(`${lines[3]}\n`);
    expect((await run('audit export --from x')).code).toBe(2);
  });

  it('leaves two lines of an export: that it began, and how it ended', async () => {
    const told = async () =>
      await trail.rig.owner.query<{ tenant: string; subject: string; result: string; details: string }[]>(
        `SELECT tenant_id AS tenant, subject, result, details FROM audit_events
          WHERE action = 'audit.export' ORDER BY audit_id DESC LIMIT 2`,
      );
    await run('audit export --from 1');
    const lines = (await told()).toReversed();
    expect(lines).toMatchObject([{ result: 'begun' }, { result: 'complete' }]);
    expect(lines.map(({ details }) => JSON.parse(details) as object)).toEqual([
      { format: 'jsonl', from: 1 },
      { format: 'jsonl', from: 1, lines: 3 },
    ]);
    expect(lines[0]).toMatchObject({ tenant: '*', subject: expect.stringMatching(/^pinctl:/) });
    await trail.rig.owner.query('REVOKE INSERT ON audit_events FROM pinward_service');
    const refused = await run('audit export');
    await trail.rig.owner.query('GRANT INSERT ON audit_events TO pinward_service');
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toBe('');
  });

  it('expires only as the owner, only what is confirmed, and nothing young', async () => {
    const month = new Date().toISOString().slice(0, 7);
    expect((await run(`audit expire ${month}`)).stderr).toContain('nothing was changed');
    expect((await run(`audit expire ${month}`, {}, `${month}\n`)).stderr).toContain('twelve months are kept');
    expect((await run('audit expire 2026-13 --yes')).stderr).toContain('YYYY-MM');
    const { MIGRATION_DATABASE_URL: _, ...asService } = environment;
    const refused = await pinctl(['audit', 'expire', '2020-01', '--yes'], asService);
    expect(refused.stderr).toContain('MIGRATION_DATABASE_URL');
  });

  it('reconciles with an export, and tells what it did', async () => {
    const exported = join(dirname(trail.path), 'export.jsonl');
    writeFileSync(exported, (await run('audit export')).stdout);
    await trail.rig.owner.query(
      'DELETE FROM audit_events WHERE audit_id IN (SELECT audit_id FROM audit_leaves WHERE leaf_no >= 2)',
    );
    await trail.rig.owner.query('DELETE FROM audit_leaves WHERE leaf_no >= 2');
    await trail.rig.owner.query('DELETE FROM audit_heads');
    await trail.rig.owner.query('UPDATE audit_sealing SET tree_size = 2');
    await trail.rig.owner.query(
      'UPDATE cards SET tries_spent = 0, failures_without_success = 0, event_no = 2',
    );
    expect((await run('audit reconcile')).stderr).toContain('choose --export');
    const { code, stdout } = await run(`audit reconcile --export ${exported}`);
    expect([code, stdout]).toMatchObject([
      0,
      expect.stringContaining('2 events restored, 1 cards corrected'),
    ]);
    await trail.keeper().execute();
    expect((await run('audit verify')).code).toBe(0);
    expect((await run('cards verify')).stdout).toContain('1 cards: all as their history leaves them.');
    const [row] = await trail.rig.owner.query<{ tries: number }[]>('SELECT tries_spent AS tries FROM cards');
    expect(row?.tries).toBe(1);
  });

  it('asks before it locks every card', async () => {
    const refused = await run('audit reconcile --events-lost', {}, 'yes\n');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed') });
  });
});

describe('pinctl audit adopt', () => {
  it('says why no checkpoint is kept, for the trail, and lets the service go on', async () => {
    await trail.keeper().execute();
    rmSync(trail.path);
    const started = trail.keeper();
    await started.begin();
    expect(started.trouble).toMatch(/no checkpoint is kept/);
    const adopted = await run('audit adopt --yes --reason Moved');
    expect(adopted).toMatchObject({ code: 0, stdout: expect.stringContaining('is kept from now on') });
    await started.execute();
    expect(started.trouble).toBeNull();
    const lines = await trail.rig.owner.query<{ subject: string; details: string }[]>(
      "SELECT subject, details FROM audit_events WHERE action = 'audit.adopt'",
    );
    expect(lines).toMatchObject([{ subject: expect.stringContaining('pinctl') }]);
    expect(JSON.parse(lines[0]?.details ?? '')).toMatchObject({ reason: 'Moved' });
  });

  it('asks first, and is not for a trail whose checkpoint is kept; without one nothing is verified', async () => {
    await trail.keeper().execute();
    const refused = await run('audit adopt --yes --reason Unneeded');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('a checkpoint is kept in') });
    const note = (await trail.file.read()) ?? '';
    rmSync(trail.path);
    expect((await run('audit adopt --reason Moved', {}, 'yes\n')).stderr).toContain('nothing was changed');
    const unproven = await run('audit verify');
    expect(unproven).toMatchObject({ code: 1, stderr: expect.stringContaining('no checkpoint is kept') });
    await trail.file.write(note);
  });

  it('takes no trail that is not whole in itself', async () => {
    rmSync(trail.path, { force: true });
    await trail.rig.owner.query("UPDATE audit_events SET result = 'matched' WHERE result = 'not-matched'");
    const { code, stderr } = await run('audit adopt --yes --reason Moved');
    expect([code, stderr]).toMatchObject([1, expect.stringContaining('the line was edited')]);
    expect(await trail.file.read()).toBeNull();
    await trail.rig.owner.query("UPDATE audit_events SET result = 'not-matched' WHERE result = 'matched'");
  });
});

describe('pinctl cards verify', () => {
  it('names the card and what differs', async () => {
    await trail.rig.owner.query('UPDATE cards SET tries_spent = 0');
    const { code, stdout } = await run('cards verify');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`default +${cardId} +not as its history leaves it +triesSpent`));
  });
});
