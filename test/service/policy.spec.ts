import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinctl } from '../pinctl/run-pinctl.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const REASON = 'decided by the risk committee';

let kit: ServiceKit;
let owner: DataSource;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ PIN_MAX_TRIES: '3' });
  owner = await kit.openOwner();
  const scopes = ['ops:read', 'ops:unlock', 'ops:policy'];
  ada = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Grace Hopper' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Another replica of the same database. */
const options = (environment: Readonly<Record<string, string>>) => ({
  identity: kit.identity,
  databaseUrl: kit.database.serviceUrl,
  token: kit.token,
  environment,
});
const change = (body: object, token = ada, requestId = randomUUID()) =>
  kit.post('/v1/admin/policy', { reason: REASON, ...body }, { token, requestId });
const approve = (approvalId: string, token = grace) =>
  kit.post(`/v1/admin/approvals/${approvalId}/approve`, {}, { token });
const versionNow = async () =>
  (await owner.query<{ version: number }[]>('SELECT max(version) AS version FROM policies'))[0]?.version ?? 0;
const readiness = async (service: ServiceProcess) =>
  (await service.request('GET', '/health/ready')).body as {
    policy: { version: number; differences: string[] };
  };
const run = (args: readonly string[]) =>
  pinctl(args, { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });

async function lock(card: KnownCard): Promise<KnownCard> {
  for (let tries = 0; tries < 3; tries += 1) await kit.validate(card, randomPin());
  return card;
}

async function refusal(environment: Readonly<Record<string, string>>): Promise<string> {
  await using service = ServiceProcess.launch(options(environment));
  const words = await service.lastWords();
  expect(await service.exited).toEqual({ code: 1, signal: null });
  return words;
}

describe('the policy', () => {
  it('is the one of the first start, with its history', async () => {
    const { status, body } = await kit.service.request('GET', '/v1/admin/policy', { token: ada });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: 1,
      setThrough: 'pinward',
      policy: { approvals: 1, pinMaxTries: 3 },
      history: [{ version: 1 }],
    });
  });

  it.each([
    ['PIN_MAX_TRIES', '4'],
    ['PIN_MAX_FAILURES_WITHOUT_SUCCESS', '10'],
    ['PIN_HISTORY_LENGTH', '3'],
    ['CLIENT_SECRET_OVERLAP_HOURS', '25'],
  ])('lets no replica start that weakens %s', async (name, value) => {
    const words = await refusal({ [name]: value });
    expect(words).toContain(`${name} is ${value} here`);
    expect(words).toContain('pinctl policy set');
    expect(words).not.toContain('listens on');
    expect(await versionNow()).toBe(1);
  });

  it('holds on a replica that was told something stricter, which says so everywhere', async () => {
    await using strict = await ServiceProcess.start(options({ PIN_MAX_TRIES: '2', APPROVALS: '2' }));
    await expect.poll(() => strict.output).toContain('PIN_MAX_TRIES is 2 here, the policy says 3');
    expect(await readiness(strict)).toMatchObject({
      policy: { version: 1, differences: ['approvals', 'pinMaxTries'] },
    });
    const { body: metrics } = await strict.request('GET', '/metrics');
    expect(metrics).toMatch(/^pinward_policy_differences 2$/m);
    const [line] = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE action = 'service.start' ORDER BY audit_id DESC LIMIT 1",
    );
    expect(JSON.parse(line?.details ?? '')).toMatchObject({
      policyDifferences: [
        expect.stringContaining('APPROVALS is 2'),
        expect.stringContaining('PIN_MAX_TRIES is 2'),
      ],
    });
    const card = await kit.cardWithPin(randomPin());
    const body = { encryptedPin: await kit.encrypt(randomPin(), card) };
    const wrong = await strict.request('POST', `/v1/cards/${card.cardId}/pin/validate`, {
      token: kit.cardApp,
      body,
    });
    expect(wrong).toMatchObject({ status: 200, body: { triesRemaining: 2 } });
  });

  it('is changed by one person while it asks for one, and counts on every replica from that commit on', async () => {
    await using other = await ServiceProcess.start(options({}));
    const before = await versionNow();
    const requestId = randomUUID();
    expect(await change({ pinMaxTries: 2 }, ada, requestId)).toMatchObject({
      status: 200,
      body: { version: before + 1, setBy: 'Ada Lovelace', reason: REASON, policy: { pinMaxTries: 2 } },
    });
    // At once, on the replica that cannot have read it yet.
    const card = await kit.cardWithPin(randomPin());
    const validate = async () =>
      await other.request('POST', `/v1/cards/${card.cardId}/pin/validate`, {
        token: kit.cardApp,
        body: { encryptedPin: await kit.encrypt(randomPin(), card) },
      });
    const answers = [await validate(), await validate(), await validate()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 423]);
    expect(answers[1]).toMatchObject({ body: { pinStatus: 'locked', triesRemaining: 0 } });
    await expect.poll(async () => (await readiness(other)).policy.version).toBe(before + 1);
    const lines = await owner.query<{ tenant_id: string; subject: string; details: string }[]>(
      "SELECT tenant_id, subject, details FROM audit_events WHERE action = 'policy.change' ORDER BY audit_id DESC LIMIT 1",
    );
    expect(lines).toMatchObject([{ tenant_id: '*', subject: 'Ada Lovelace' }]);
    expect(JSON.parse(lines[0]?.details ?? '')).toMatchObject({ changes: { pinMaxTries: '3 -> 2' } });
  });

  it('refuses what is no policy, and what changes nothing', async () => {
    for (const body of [{ pinMaxTries: 16 }, { pinMaxFailuresWithoutSuccess: 1 }, { unknown: 1 }, {}]) {
      expect(await change(body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    }
    const stranger = await kit.identity.tokenFor({ scopes: ['ops:clients'], clientId: 'console' });
    expect(await change({ pinMaxTries: 1 }, stranger)).toMatchObject({ status: 403 });
  });

  it('is never changed twice by changes at once from one version', async () => {
    const before = await versionNow();
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, index) => change({ pinHistoryLength: 5 + index })),
    );
    expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect(await versionNow()).toBe(before + 10);
    const [{ versions } = { versions: 0 }] = await owner.query<{ versions: number }[]>(
      'SELECT count(*)::int AS versions FROM policies',
    );
    expect(versions).toBe(before + 10);
  });

  it('takes two persons to change, from the moment on at which it asks for two, on every replica', async () => {
    await using lenient = await ServiceProcess.start(options({}));
    expect(await change({ approvals: 2 })).toMatchObject({ status: 200 });
    // The replica that was started while one sufficed unlocks for no single person.
    const card = await lock(await kit.cardWithPin(randomPin()));
    const unlock = await lenient.request('POST', `/v1/admin/cards/${card.cardId}/unlock`, {
      token: ada,
      body: { reason: 'Cardholder identified at the branch' },
    });
    expect(unlock.status).toBe(202);
    const before = await versionNow();
    const asked = await change({ approvals: 1, pinMaxTries: 5 });
    expect(asked.status).toBe(202);
    const { approvalId } = asked.body as { approvalId: string };
    expect(await approve(approvalId, ada)).toMatchObject({ status: 403, body: { code: 'SAME_OPERATOR' } });
    expect(await versionNow()).toBe(before);
    expect(await approve(approvalId)).toMatchObject({ status: 200, body: { status: 'approved' } });
    const { body } = await kit.service.request('GET', '/v1/admin/policy', { token: ada });
    expect(body).toMatchObject({
      version: before + 1,
      policy: { approvals: 1, pinMaxTries: 5 },
    });
    expect(await kit.post(`/v1/admin/approvals/${approvalId}/collect`, {}, { token: ada })).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_TO_COLLECT' },
    });
  });

  it('is shown and set on the command line, which is no second person', { timeout: 240_000 }, async () => {
    expect((await run(['policy', 'show'])).stdout).toMatch(/^PIN_MAX_TRIES +5$/m);
    const set = ['policy', 'set', '--reason', REASON, '--yes'];
    expect(await run([...set, '--pin-max-tries', '4'])).toMatchObject({ code: 0 });
    expect((await run(['policy', 'history'])).stdout).toMatch(/pinMaxTries 5 -> 4/);
    expect(await run([...set, '--approvals', '2'])).toMatchObject({ code: 0 });
    // No second person exists yet.
    expect(await run([...set, '--pin-max-tries', '3'])).toMatchObject({ code: 0 });
    for (const person of ['Ada', 'Grace']) {
      await kit.newClient({ clientId: `ops-${person.toLowerCase()}`, scopes: ['ops:policy'], person });
    }
    expect(await run([...set, '--pin-max-tries', '9'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('two persons'),
    });
    const before = await versionNow();
    expect(await run([...set, '--approvals', '1'])).toMatchObject({ code: 1 });
    expect(await versionNow()).toBe(before);
  });
});
