import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#libs/errors';
import { PROBLEMS } from '../../apps/pin-service/src/edge/problems/problem-table.js';
import { deliveredCode } from '../../scripts/service/delivered-code.js';
import { tableRows } from '../docs/markdown-table.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const PIN = '4071';
const WRONG = '9340';
const CODE = '271828';

let kit: ServiceKit;
/** On the same token and database, with the sandbox off. */
let plain: ServiceProcess;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, SANDBOX: 'true' });
  const { identity, token, database } = kit;
  const environment = FEW_WEAK_PINS;
  plain = await ServiceProcess.start({ identity, token, databaseUrl: database.serviceUrl, environment });
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

type SandboxCard = KnownCard & { readonly pinStatus: string; readonly triesRemaining: number };

const reference = (state: string) => `sandbox-${state}-${randomUUID()}`;
async function cardIn(state: string): Promise<SandboxCard> {
  const { status, body } = await kit.post('/v1/cards', { cardRef: reference(state) });
  expect(status).toBe(201);
  return body as SandboxCard;
}
const forced = async (card: KnownCard, outcome: string, requestId?: string) =>
  await kit.validate(card, PIN, {
    headers: { 'x-pinward-sandbox-outcome': outcome },
    ...(requestId === undefined ? {} : { requestId }),
  });
const unlock = async ({ cardId }: KnownCard) =>
  await kit.post(`/v1/admin/cards/${cardId}/unlock`, { reason: 'for a test' }, { token: kit.operator });

describe('a card whose reference names a state', () => {
  it('is active with the known PIN, and its registration answers so', async () => {
    const card = await cardIn('active');
    expect(card).toMatchObject({ pinStatus: 'active', triesRemaining: 3 });
    expect((await kit.validate(card, PIN)).body).toMatchObject({ verified: true });
  });

  it('has used two wrong tries', async () => {
    const card = await cardIn('two-wrong');
    expect(card).toMatchObject({ pinStatus: 'active', triesRemaining: 1 });
    expect((await kit.validate(card, WRONG)).body).toMatchObject({ verified: false, pinStatus: 'locked' });
  });

  it('is locked, and unlocked by an operator', async () => {
    const card = await cardIn('locked');
    expect(card).toMatchObject({ pinStatus: 'locked', triesRemaining: 0 });
    expect((await kit.validate(card, PIN)).body).toMatchObject({ code: 'PIN_LOCKED' });
    expect((await unlock(card)).status).toBe(200);
    expect((await kit.validate(card, PIN)).body).toMatchObject({ verified: true });
  });

  it('can only be reset, which the fixed code does', async () => {
    const card = await cardIn('reset-required');
    expect(card).toMatchObject({ pinStatus: 'locked' });
    expect((await unlock(card)).body).toMatchObject({ code: 'PIN_RESET_REQUIRED' });
    const { otpId } = (await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' })).body as {
      otpId: string;
    };
    const newPin = await kit.encrypt('8520', card);
    const otp = { otpId, code: CODE };
    expect((await kit.post(`/v1/cards/${card.cardId}/pin/reset`, { newPin, otp })).status).toBe(200);
  });

  it('is closed', async () => {
    const card = await cardIn('closed');
    expect(card).toMatchObject({ pinStatus: 'closed' });
    expect((await kit.validate(card, PIN)).body).toMatchObject({ code: 'CARD_CLOSED' });
  });

  it('is prepared once: what its owner does with it stays, however the registration is repeated', async () => {
    const [cardRef, requestId] = [reference('two-wrong'), randomUUID()];
    const card = (await kit.post('/v1/cards', { cardRef }, { requestId })).body as SandboxCard;
    await kit.validate(card, PIN);
    for (const id of [requestId, randomUUID()]) {
      const { body } = await kit.post('/v1/cards', { cardRef }, { requestId: id });
      expect(body).toMatchObject({ cardId: card.cardId, pinStatus: 'active', triesRemaining: 3 });
    }
  });

  it('is prepared to the end when the registration that was cut off is repeated', async () => {
    const scopes = ['ops:read', 'ops:brakes'];
    const token = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
    const reason = 'the preparation is cut off';
    const brake = { kind: 'operation', target: 'pin.validate', reason };
    const { body: pulled } = await kit.post('/v1/admin/brakes', brake, { token });
    const [cardRef, requestId] = [reference('locked'), randomUUID()];
    const cutOff = await kit.post('/v1/cards', { cardRef }, { requestId });
    expect(cutOff).toMatchObject({ status: 503, body: { code: 'OPERATIONS_SUSPENDED' } });
    const { brakeId } = pulled as { brakeId: string };
    await kit.post(`/v1/admin/brakes/${brakeId}/release`, { reason }, { token });
    const repeated = await kit.post('/v1/cards', { cardRef }, { requestId });
    expect(repeated.body).toMatchObject({ pinStatus: 'locked', triesRemaining: 0 });
  });

  it('got there by use cases: the audit trail has each step, by the sandbox through the caller', async () => {
    const { cardId } = await cardIn('locked');
    const owner = await kit.openOwner();
    const lines = await owner.query<{ action: string; subject: string; client_id: string }[]>(
      'SELECT action, subject, client_id FROM audit_events WHERE card_id = $1 ORDER BY event_no',
      [cardId],
    );
    // A try leaves a line when it is spent, and one when it is settled.
    const actions = ['card.register', 'pin.set', ...Array.from({ length: 6 }, () => 'pin.validate')];
    expect(lines.map(({ action }) => action)).toEqual(actions);
    expect(lines.slice(1).every(({ subject }) => subject === 'sandbox')).toBe(true);
    expect(lines.every(({ client_id: clientId }) => clientId === 'card-app')).toBe(true);
  });

  it.each([
    ['an unknown state', { cardRef: 'sandbox-frozen-1' }, '/cardRef'],
    ['nothing of yours', { cardRef: 'sandbox-active-' }, '/cardRef'],
    [
      "the PAN's account",
      { cardRef: 'sandbox-active-1', pan: '4000001234567899', pinAccountSource: 'pan' },
      '/pinAccountSource',
    ],
  ])('is not made with %s', async (_, body, pointer) => {
    const answer = await kit.post('/v1/cards', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', errors: [{ pointer }] } });
  });
});

describe('a card with another reference', () => {
  it('is untouched, and its codes are random', async () => {
    const card = await kit.register();
    expect(card).toMatchObject({ pinStatus: 'unset' });
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt(PIN, card) });
    const codes = [await kit.otpFor(card, 'pin-reset'), await kit.otpFor(card, 'pin-reset')];
    expect(codes.every(({ code }) => code === CODE)).toBe(false);
    expect((await kit.otpFor(await cardIn('active'), 'pin-change')).code).toBe(CODE);
  });
});

describe('X-Pinward-Sandbox-Outcome', () => {
  it('forces each problem code, with its status and its wait', async () => {
    const card = await cardIn('active');
    for (const code of ERROR_CODES) {
      const { status, headers, body } = await forced(card, code);
      expect([code, status, (body as { code: string }).code]).toEqual([code, PROBLEMS[code].status, code]);
      expect(headers['x-pinward-sandbox']).toBe('forced');
      if (status === 429 || status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(await kit.triesRemaining(card)).toBe(3);
  });

  it('costs nothing: neither a try nor the request id, which serves the call afterwards', async () => {
    const card = await cardIn('two-wrong');
    const requestId = randomUUID();
    const body = { encryptedPin: await kit.encrypt(WRONG, card) };
    const path = `/v1/cards/${card.cardId}/pin/validate`;
    for (const outcome of ['HSM_UNAVAILABLE', 'PIN_EVALUATION_IN_PROGRESS', 'HSM_UNAVAILABLE']) {
      const headers = { 'x-pinward-sandbox-outcome': outcome };
      expect((await kit.post(path, body, { requestId, headers })).body).toMatchObject({ code: outcome });
    }
    expect(await kit.triesRemaining(card)).toBe(1);
    const made = await kit.post(path, body, { requestId });
    expect(made).toMatchObject({ status: 200, body: { verified: false, pinStatus: 'locked' } });
    expect(made.headers['idempotent-replayed']).toBeUndefined();
  });

  it('makes a call slow, and then makes it', async () => {
    const card = await cardIn('active');
    const began = performance.now();
    expect((await forced(card, 'slow=120')).body).toMatchObject({ verified: true });
    // Timers may be early by less than one.
    expect(performance.now() - began).toBeGreaterThan(119);
    expect((await forced(card, 'slow=5, HSM_UNAVAILABLE')).body).toMatchObject({ code: 'HSM_UNAVAILABLE' });
  });

  it.each([
    '',
    'slow',
    'slow=',
    'slow=10001',
    'slow=99999999',
    'NO_SUCH_CODE',
    'pin_locked',
    'slow=1,,PIN_LOCKED',
  ])('is refused as %j', async (outcome) => {
    const { status, body } = await forced(await kit.register(), outcome);
    expect([status, (body as { code: string }).code]).toEqual([400, 'REQUEST_INVALID']);
    expect(JSON.stringify(body)).toContain('slow=10000');
  });

  it('is for callers alone: nobody without a token gets more than 401 by it, and open calls are as they are', async () => {
    const headers = { 'x-pinward-sandbox-outcome': 'PIN_LOCKED' };
    const refused = await kit.service.request('GET', '/v1/pin-keys', { headers });
    expect(refused).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
    expect((await kit.service.request('GET', '/health/live', { headers })).status).toBe(200);
    const scopeless = await kit.identity.tokenFor({ scopes: ['ops:read'] });
    const other = await kit.service.request('GET', '/v1/pin-keys', { headers, token: scopeless });
    expect(other.body).toMatchObject({ code: 'SCOPE_MISSING' });
  });
});

describe('POST /v1/sandbox/reset', () => {
  const reset = async (token: string, body: unknown = {}) =>
    await kit.post('/v1/sandbox/reset', body, { token });

  it("closes the cards of the caller's tenant that the sandbox made, and no other", async () => {
    const scopes = ['cards:read', 'cards:write'];
    const [mine, theirs] = await Promise.all(
      ['elsewhere', 'other'].map((tenantId) => kit.identity.tokenFor({ scopes, tenantId, clientId: 'qa' })),
    );
    const make = async (token = '', cardRef: string) =>
      (await kit.post('/v1/cards', { cardRef }, { token })).body as SandboxCard;
    const read = async (token = '', { cardId }: KnownCard) =>
      (await kit.service.request('GET', `/v1/cards/${cardId}`, { token })).body as SandboxCard;
    const [first, second] = [await make(mine, 'sandbox-active-a1'), await make(mine, 'sandbox-locked-b1')];
    const ordinary = await make(mine, 'my-sandbox-card');
    const foreign = await make(theirs, 'sandbox-active-a1');

    const one = await reset(mine ?? '', { cardRefPrefix: 'sandbox-active-a' });
    expect(one).toMatchObject({ status: 200, body: { closed: 1, more: false } });
    expect(await read(mine, first)).toMatchObject({ pinStatus: 'closed' });
    expect(await read(mine, second)).toMatchObject({ pinStatus: 'locked' });

    expect((await reset(mine ?? '')).body).toEqual({ closed: 1, more: false });
    expect((await reset(mine ?? '')).body).toEqual({ closed: 0, more: false });
    expect(await read(mine, second)).toMatchObject({ pinStatus: 'closed' });
    expect(await read(mine, ordinary)).toMatchObject({ pinStatus: 'unset' });
    expect(await read(theirs, foreign)).toMatchObject({ pinStatus: 'active' });
  });

  it('takes no other prefix, and asks for the scope that closes cards', async () => {
    expect((await reset(kit.cardApp, { cardRefPrefix: 'ref-' })).status).toBe(400);
    expect((await reset(kit.operator)).body).toMatchObject({ code: 'SCOPE_MISSING' });
  });
});

describe('a service with the sandbox', () => {
  it('marks every answer, refusals and unknown paths too, and says so at its start', async () => {
    const answers = [
      await kit.service.request('GET', '/health/live'),
      await kit.service.request('GET', '/v1/no-such-path'),
      await kit.service.request('GET', '/v1/pin-keys'),
      await kit.post('/v1/cards', { cardRef: ' ' }),
      await kit.post('/v1/cards', '{'),
    ];
    expect(answers.map(({ headers }) => headers['x-pinward-sandbox'])).toEqual(answers.map(() => 'on'));
    expect(kit.service.output).toContain('the sandbox is on');
  });

  it('describes its route in the API document', async () => {
    const { body } = await kit.service.request('GET', '/openapi.json');
    expect(Object.keys((body as { paths: object }).paths)).toContain('/v1/sandbox/reset');
  });
});

describe('a service without the sandbox', () => {
  const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    await plain.request('POST', path, { token: kit.cardApp, body, headers });

  it('has no route of it, marks nothing, takes no outcome and knows no states', async () => {
    const reset = await post('/v1/sandbox/reset', {});
    expect(reset).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
    const headers = { 'x-pinward-sandbox-outcome': 'HSM_UNAVAILABLE' };
    const made = await post('/v1/cards', { cardRef: reference('locked') }, headers);
    expect(made).toMatchObject({ status: 201, body: { pinStatus: 'unset' } });
    expect(await post('/v1/cards', { cardRef: 'sandbox-no-state' })).toMatchObject({ status: 201 });
    for (const answer of [reset, made]) expect(answer.headers['x-pinward-sandbox']).toBeUndefined();
    const { body } = await plain.request('GET', '/openapi.json');
    expect(JSON.stringify(body).toLowerCase()).not.toContain('sandbox');
    expect(plain.output).not.toContain('sandbox');
  });

  it('makes a random code for a card that the sandbox made', async () => {
    const { cardId } = await cardIn('active');
    const { identity } = kit;
    const codes = [];
    for (const purpose of ['pin-reset', 'pin-change']) {
      const { otpId } = (await post(`/v1/cards/${cardId}/otp`, { purpose })).body as { otpId: string };

      codes.push(await deliveredCode(identity.outboxFile, otpId));
    }
    expect(codes.every((code) => code === CODE)).toBe(false);
  });
});

describe('docs/sandbox.md', () => {
  const page = readFileSync(join(PROJECT_ROOT, 'docs/sandbox.md'), 'utf8');

  it('names every state, the PIN, the code and the longest wait as they are', async () => {
    const told = tableRows(page).flatMap(([cell = '']) => /^`sandbox-(.+)-`$/.exec(cell)?.[1] ?? []);
    const { body } = await kit.post('/v1/cards', { cardRef: 'sandbox-no-state' });
    expect(JSON.stringify(body)).toContain(`one of ${told.join(', ')},`);
    for (const value of [PIN, CODE, 'slow=10000']) expect(page).toContain(`\`${value}\``);
  });

  it('has a snippet that runs as it stands', async () => {
    const [, snippet = 'false'] = page.split('## Try it\n\n```sh\n');
    const [command = 'false'] = snippet.split('```');
    const { clientId, clientSecret } = await kit.newClient({
      clientId: 'my-card-app',
      scopes: ['cards:read', 'cards:write'],
    });
    const folder = mkdtempSync(join(tmpdir(), 'pinward-sandbox-'));
    mkdirSync(join(folder, 'var/tls'), { recursive: true });
    symlinkSync(kit.identity.certificateFile, join(folder, 'var/tls/certificate.pem'));
    const clients = [{ clientId, clientSecret }];
    writeFileSync(join(folder, 'var/dev.json'), JSON.stringify({ baseUrl: kit.service.baseUrl, clients }));
    try {
      const { stdout } = await promisify(execFile)('bash', ['-ec', command], { cwd: folder });
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual([
        { pinStatus: 'locked', triesRemaining: 0 },
        { pinStatus: 'active', triesRemaining: 1 },
        { status: 503, code: 'HSM_UNAVAILABLE' },
        { closed: 1, more: false },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
