import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { inTransaction, recordDeploymentPolicy } from '#libs/database';
import { auditOf } from '../store/look.js';
import { asSuperuser, createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { pinctl } from './run-pinctl.js';

let database: TestDatabase;
let owner: DataSource;
let serviceRole: DataSource;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await database.open({ url: database.ownerUrl });
  serviceRole = await database.open();
  await startService();
  environment = {
    DATABASE_URL: database.serviceUrl,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    PINWARD_ENV: 'test',
  };
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const run = (
  args: readonly string[],
  changed: Readonly<Record<string, string>> = {},
  input: Parameters<typeof pinctl>[2] = '',
) => pinctl(args, { ...environment, ...changed }, input);

const DEFAULTS = { approvals: 1, maxTries: 3, maxFailuresWithoutSuccess: 9 };

/** As far as the database can tell: what a service leaves there when it starts. */
async function startService(changed: Partial<typeof DEFAULTS> = {}): Promise<void> {
  await inTransaction(serviceRole, (manager) => recordDeploymentPolicy(manager, { ...DEFAULTS, ...changed }));
}

async function lockedCard({ failures = 3, chip = false } = {}): Promise<string> {
  const cardId = randomUUID();
  await owner.query(
    `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account, pan_last4, pin_status, tries_spent,
       failures_without_success, locked_at, pin_set_at, verifier, verifier_salt, verifier_generation, chip)
     VALUES ('default', $1, $2, '123456789012', '4242', 'locked', 3, $3, now(), now(), sha256(''),
       substr(sha256(''), 1, 16), 1, $4)`,
    [cardId, `ref-${cardId}`, failures, chip],
  );
  return cardId;
}

const stateOf = async (cardId: string) =>
  (
    await owner.query<{ pin_status: string; tries_spent: number }[]>(
      'SELECT pin_status, tries_spent FROM cards WHERE card_id = $1',
      [cardId],
    )
  )[0];

describe('pinctl cards', () => {
  it('shows what decides about an unlock, and neither PIN account nor PAN', async () => {
    const cardId = await lockedCard();
    const shown = await run(['cards', 'show', cardId]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^PIN +locked$/m);
    expect(shown.stdout).toMatch(/^Tries left +0$/m);
    expect(shown.stdout).toMatch(/^PAN +XXXX4242$/m);
    const json = await run(['cards', 'show', cardId, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ cardId, pinStatus: 'locked', triesRemaining: 0 });
    for (const { stdout } of [shown, json]) expect(stdout).not.toMatch(/123456789012|verifier/);
  });

  it('shows what the chip of a card does not know yet', async () => {
    const cardId = await lockedCard({ chip: true });
    expect((await run(['cards', 'show', cardId])).stdout).toMatch(/^Chip +knows its PIN$/m);
    await owner.query(
      `INSERT INTO chip_commands (tenant_id, command_id, card_id, command, pin_version)
       VALUES ('default', gen_random_uuid(), $1, 'UNBLOCK_PIN', 1)`,
      [cardId],
    );
    const { stdout } = await run(['cards', 'show', cardId]);
    expect(stdout).toMatch(/^Chip +does not know yet: UNBLOCK_PIN since 2\d{3}-/m);
  });

  it('takes no reason in which something is hidden', async () => {
    const cardId = await lockedCard();
    const refused = await run(['cards', 'unlock', cardId, '--reason', 'identified\u202e by phone', '--yes']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('visible characters') });
    expect(await stateOf(cardId)).toMatchObject({ pin_status: 'locked' });
  });

  it('unlocks what is confirmed, and the trail tells who and why', async () => {
    const cardId = await lockedCard();
    const args = ['cards', 'unlock', cardId, '--reason', 'identified at the branch, 4111111111111111'];
    expect(await run(args, {}, 'no\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was changed'),
    });
    expect(await stateOf(cardId)).toMatchObject({ pin_status: 'locked' });
    expect(await run(args, {}, `${cardId}\n`)).toMatchObject({
      code: 0,
      stdout: `Card ${cardId} is unlocked.\n`,
    });
    expect(await stateOf(cardId)).toEqual({ pin_status: 'active', tries_spent: 0 });
    const [line] = await owner.query<{ subject: string; details: string }[]>(
      "SELECT subject, details FROM audit_events WHERE card_id = $1 AND action = 'pin.unlock'",
      [cardId],
    );
    expect(line?.subject).toMatch(/^pinctl:/);
    expect(line?.details).toContain('identified at the branch');
    expect(line?.details).not.toContain('4111111111111111');
    expect(await run([...args, '--yes'])).toMatchObject({
      code: 1,
      stderr: 'pinctl: the card is not locked\n',
    });
  });

  it('refuses by name what cannot be done', async () => {
    const tooMany = await lockedCard({ failures: 9 });
    const unlock = (cardId: string, reason = 'identified') =>
      run(['cards', 'unlock', cardId, '--reason', reason, '--yes']);
    expect((await unlock(tooMany)).stderr).toContain('only a PIN reset');
    expect((await unlock(randomUUID())).stderr).toContain('no such card');
    expect((await run(['cards', 'show', 'nonsense'])).stderr).toContain('no such card');
    expect(await unlock(tooMany, 'no')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('5 to 200 characters'),
    });
  });
});

describe('the policy of an unlock', () => {
  afterEach(() => startService());

  const LENIENT = { UNLOCK_APPROVALS: '1', PIN_MAX_TRIES: '15', PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000' };
  const unlock = (cardId: string) => ['cards', 'unlock', cardId, '--reason', 'identified'];

  async function expectUntouched(cardId: string): Promise<void> {
    expect(await stateOf(cardId)).toEqual({ pin_status: 'locked', tries_spent: 3 });
    expect(await auditOf(owner, cardId)).toEqual([]);
    expect(await owner.query('SELECT FROM unlock_approvals WHERE card_id = $1', [cardId])).toEqual([]);
  }

  it('is that of the newest start of a service, and not what this environment says', async () => {
    const cardId = await lockedCard({ failures: 5 });
    await startService({ maxFailuresWithoutSuccess: 5, maxTries: 4 });
    const refused = await run([...unlock(cardId), '--yes'], LENIENT);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('only a PIN reset') });
    await expectUntouched(cardId);
    await startService({ maxFailuresWithoutSuccess: 6 });
    expect(await run([...unlock(cardId), '--yes'], { PIN_MAX_FAILURES_WITHOUT_SUCCESS: '3' })).toMatchObject({
      code: 0,
    });
    expect((await run(['cards', 'show', cardId], LENIENT)).stdout).toMatch(/^Tries left +1$/m);
  });

  it('has two persons use REST where it wants two, and nothing is written', async () => {
    const cardId = await lockedCard();
    await startService({ approvals: 2 });
    const refused = await run([...unlock(cardId), '--yes'], LENIENT);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`POST /v1/admin/cards/${cardId}/unlock`);
    expect(refused.stderr).toContain('POST /v1/admin/approvals/{approvalId}/approve');
    await expectUntouched(cardId);
    expect(await run(['cards', 'show', cardId])).toMatchObject({ code: 0 });
  });

  it('is looked at again when the question has been answered', async () => {
    const cardId = await lockedCard();
    const answer = async () => {
      await startService({ approvals: 2 });
      return `${cardId}\n`;
    };
    const refused = await run(unlock(cardId), {}, answer);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('takes two persons') });
    await expectUntouched(cardId);
  });

  it('is not guessed before a service has started', async () => {
    const cardId = await lockedCard();
    await owner.query('DELETE FROM deployment_policy');
    for (const args of [
      [...unlock(cardId), '--yes'],
      ['cards', 'show', cardId],
    ]) {
      expect(await run(args, LENIENT)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('start the service first'),
      });
    }
    await expectUntouched(cardId);
  });
});

describe('pinctl db', () => {
  it('says what is missing, applies what is confirmed, and then nothing', async () => {
    const name = `test_${randomUUID().slice(0, 8)}`;
    const cluster = inject('postgres');
    await asSuperuser(cluster, (superuser) => superuser.query(`CREATE DATABASE ${name} OWNER pinward_owner`));
    const urlOf = (url: string) => url.replace(database.name, name);
    const urls = { DATABASE_URL: urlOf(database.ownerUrl), MIGRATION_DATABASE_URL: urlOf(database.ownerUrl) };
    const status = await run(['db', 'status'], urls);
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('PinOperations') });
    expect((await run(['clients', 'list'], urls)).stderr).toContain('pinctl db migrate');
    expect(await run(['db', 'migrate'], urls, 'no\n')).toMatchObject({ code: 1 });
    const migrated = await run(['db', 'migrate'], urls, 'migrate\n');
    expect(migrated).toMatchObject({ code: 0, stdout: expect.stringContaining('Applied PinOperations') });
    expect(await run(['db', 'migrate'], urls)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('up to date'),
    });
    const service = { DATABASE_URL: urlOf(database.serviceUrl) };
    await asSuperuser(cluster, (superuser) =>
      superuser.query(`GRANT CONNECT ON DATABASE ${name} TO pinward_service`),
    );
    expect(await run(['db', 'status'], service)).toMatchObject({
      code: 0,
      stdout: 'The schema is up to date.\n',
    });
    const role = await run(['db', 'migrate', '--service-role', 'nobody'], urls);
    expect(role).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The role nobody does not exist'),
    });
    await asSuperuser(cluster, (superuser) => superuser.query(`DROP DATABASE ${name} WITH (FORCE)`));
  });

  it('needs the owner', async () => {
    const { code, stderr } = await pinctl(['db', 'migrate'], {
      DATABASE_URL: database.serviceUrl,
      PINWARD_ENV: 'test',
    });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('MIGRATION_DATABASE_URL'),
    });
  });
});
