import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinctl } from '../pinctl/run-pinctl.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const REASON = 'being looked into by the security team';

let kit: ServiceKit;
let other: ServiceProcess;
let owner: DataSource;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, TOKEN_CACHE_SECONDS: '300' });
  owner = await kit.openOwner();
  other = await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    environment: { TOKEN_CACHE_SECONDS: '300' },
  });
  const scopes = ['ops:read', 'ops:unlock', 'ops:brakes', 'ops:policy'];
  ada = await kit.identity.tokenFor({ scopes, clientId: 'console-a', subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes, clientId: 'console-b', subject: 'Grace Hopper' });
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

const pull = (body: object, token = ada, requestId = randomUUID()) =>
  kit.post('/v1/admin/brakes', { reason: REASON, ...body }, { token, requestId });
const release = (brakeId: string, token = ada) =>
  kit.post(`/v1/admin/brakes/${brakeId}/release`, { reason: 'it was looked into' }, { token });
const idIn = ({ body }: ServiceResponse) => (body as { brakeId: string }).brakeId;
const codeOf = ({ status, body }: ServiceResponse) => [status, (body as { code?: string }).code];

/** On the replica where no brake was pulled. */
async function elsewhere(path: string, body: unknown, token = kit.cardApp): Promise<ServiceResponse> {
  return await other.request('POST', path, { token, body });
}
const set = async (card: Awaited<ReturnType<ServiceKit['register']>>) =>
  elsewhere(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt(randomPin(), card) });
const validate = async (card: Awaited<ReturnType<ServiceKit['register']>>, pin: string) =>
  elsewhere(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin: await kit.encrypt(pin, card) });

describe('an emergency brake', () => {
  it('freezes a card on every replica at once: nothing is guessed, told or unlocked, and its undo undoes it', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-reset');
    const pulled = await pull({ kind: 'card', target: card.cardId });
    expect(pulled).toMatchObject({
      status: 200,
      body: { kind: 'card', target: card.cardId, allTenants: false },
    });
    const path = `/v1/cards/${card.cardId}`;
    const encryptedPin = await kit.encrypt(pin, card);
    const newPin = await kit.encrypt(randomPin(), card);
    for (const answer of [
      await validate(card, pin),
      await elsewhere(`${path}/otp`, { purpose: 'pin-change' }),
      await elsewhere(`${path}/pin/reset`, { newPin, otp }),
      await elsewhere(`${path}/pin/change`, { currentPin: encryptedPin, newPin, otp }),
      await elsewhere(`/v1/admin/cards/${card.cardId}/unlock`, { reason: REASON }, ada),
    ])
      expect(codeOf(answer)).toEqual([423, 'CARD_FROZEN']);
    expect(await kit.triesRemaining(card)).toBe(3);
    // No caller guesses at the code meanwhile.
    const [row] = await owner.query<{ wrong: number }[]>(
      'SELECT wrong_codes::int AS wrong FROM one_time_passwords WHERE otp_id = $1',
      [otp.otpId],
    );
    expect(row).toEqual({ wrong: 0 });
    expect(codeOf(await validate(await kit.cardWithPin(pin), pin))).toEqual([200, undefined]);
    expect((await release(idIn(pulled))).status).toBe(200);
    expect(await validate(card, pin)).toMatchObject({ status: 200, body: { verified: true } });
    expect(codeOf(await release(idIn(pulled)))).toEqual([404, 'BRAKE_NOT_FOUND']);
    const trail = await owner.query<{ action: string; subject: string; card_id: string }[]>(
      `SELECT action, subject, card_id FROM audit_events WHERE action LIKE 'brake.%' ORDER BY audit_id`,
    );
    expect(trail).toEqual([
      { action: 'brake.pull', subject: 'Ada Lovelace', card_id: card.cardId },
      { action: 'brake.release', subject: 'Ada Lovelace', card_id: card.cardId },
    ]);
  });

  it('suspends a client: held tokens, new tokens and its own secret, whatever a replica remembers', async () => {
    const { clientId, clientSecret } = await kit.newClient({ scopes: ['pin:validate', 'cards:read'] });
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const { body } = await kit.requestToken(form);
    const { access_token: token } = body as { access_token: string };
    const card = await kit.cardWithPin(randomPin());
    const read = () => other.request('GET', `/v1/cards/${card.cardId}`, { token });
    expect((await read()).status).toBe(200);
    const pulled = await pull({ kind: 'client', target: clientId });
    expect(codeOf(await read())).toEqual([403, 'CLIENT_SUSPENDED']);
    const encryptedPin = await kit.encrypt(randomPin(), card);
    const guess = await elsewhere(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin }, token);
    expect(codeOf(guess)).toEqual([403, 'CLIENT_SUSPENDED']);
    expect(await kit.triesRemaining(card)).toBe(3);
    expect(await kit.requestToken(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const secret = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const rotated = await other.request('POST', '/v1/clients/self/rotate-secret', {
      headers: { authorization: `Basic ${secret}` },
    });
    expect(rotated.status).toBe(401);
    await release(idIn(pulled));
    expect((await read()).status).toBe(200);
    expect((await kit.requestToken(form)).status).toBe(200);
  });

  it('stops one operation, or everything, of its own tenant', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const fresh = await kit.register();
    const operation = await pull({ kind: 'operation', target: 'pin.set' });
    expect(codeOf(await set(fresh))).toEqual([503, 'OPERATIONS_SUSPENDED']);
    expect(await validate(card, pin)).toMatchObject({ status: 200 });
    const everything = await pull({ kind: 'everything' });
    const stopped = await validate(card, pin);
    expect(codeOf(stopped)).toEqual([503, 'OPERATIONS_SUSPENDED']);
    expect(stopped.headers['retry-after']).toBe('60');
    const elsewhereToken = await kit.identity.tokenFor({
      scopes: ['cards:write'],
      clientId: 'card-app',
      tenantId: 'other',
    });
    const registered = await elsewhere('/v1/cards', { cardRef: randomUUID() }, elsewhereToken);
    expect(registered.status).toBe(201);
    const { body } = await kit.service.request('GET', '/v1/admin/brakes', { token: grace });
    expect((body as { items: unknown[] }).items).toHaveLength(2);
    for (const pulled of [operation, everything]) await release(idIn(pulled));
    expect((await set(fresh)).status).toBe(201);
  });

  it('lets nothing happen once it has been pulled, however many calls are under way', async () => {
    const cards = await Promise.all(Array.from({ length: 8 }, () => kit.cardWithPin(randomPin())));
    const bodies = await Promise.all(
      cards.map(async (card) => ({ encryptedPin: await kit.encrypt(randomPin(), card) })),
    );
    const calls = cards.map(({ cardId }, index) =>
      elsewhere(`/v1/cards/${cardId}/pin/validate`, bodies[index]),
    );
    const pulled = await pull({ kind: 'everything' });
    const spent = async () =>
      await owner.query<{ intents: number }[]>(
        "SELECT count(*)::int AS intents FROM audit_events WHERE phase = 'intent'",
      );
    const atReturn = await spent();
    const answers = await Promise.all(calls);
    const after = await Promise.all(cards.map(async (card) => codeOf(await validate(card, randomPin()))));
    expect(after).toEqual(cards.map(() => [503, 'OPERATIONS_SUSPENDED']));
    expect(await spent()).toEqual(atReturn);
    for (const answer of answers) expect([200, 503]).toContain(answer.status);
    await release(idIn(pulled));
  });

  it('is one however often it is pulled, and refuses what is none', async () => {
    const pulled = await Promise.all(
      Array.from({ length: 10 }, () => pull({ kind: 'operation', target: 'card.reveal' })),
    );
    expect(new Set(pulled.map(idIn)).size).toBe(1);
    await release(idIn(pulled[0] as ServiceResponse));
    for (const body of [
      { kind: 'operation', target: 'pin.guess' },
      { kind: 'operation' },
      { kind: 'everything', target: 'pin.set' },
      { kind: 'nothing' },
    ])
      expect(codeOf(await pull(body))).toEqual([400, 'REQUEST_INVALID']);
    expect(codeOf(await pull({ kind: 'card', target: randomUUID() }))).toEqual([404, 'CARD_NOT_FOUND']);
    const stranger = await kit.identity.tokenFor({ scopes: ['ops:unlock'], clientId: 'console-a' });
    expect((await pull({ kind: 'everything' }, stranger)).status).toBe(403);
  });

  it('is pulled by one and let go by two persons where the policy asks for two', async () => {
    const changed = { approvals: 2, reason: REASON };
    expect((await kit.post('/v1/admin/policy', changed, { token: ada })).status).toBe(200);
    const pulled = await pull({ kind: 'client', target: 'somebody' });
    expect(pulled.status).toBe(200);
    const asked = await release(idIn(pulled));
    expect(asked.status).toBe(202);
    const { approvalId } = asked.body as { approvalId: string };
    const approve = (token: string) => kit.post(`/v1/admin/approvals/${approvalId}/approve`, {}, { token });
    expect(codeOf(await approve(ada))).toEqual([403, 'SAME_OPERATOR']);
    expect(await approve(grace)).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(codeOf(await release(idIn(pulled)))).toEqual([404, 'BRAKE_NOT_FOUND']);
  });

  it('works on the command line, for all tenants too', { timeout: 240_000 }, async () => {
    const run = (args: readonly string[]) =>
      pinctl([...args, '--json'], { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });
    const stop = ['brakes', 'pull', 'operation', 'card.register', '--reason', REASON, '--all-tenants'];
    const pulled = await run(stop);
    expect(pulled).toMatchObject({ code: 0, stderr: '' });
    const register = async () => codeOf(await elsewhere('/v1/cards', { cardRef: randomUUID() }));
    expect(await register()).toEqual([503, 'OPERATIONS_SUSPENDED']);
    const { brakeId } = JSON.parse(pulled.stdout) as { brakeId: string };
    expect(codeOf(await release(brakeId))).toEqual([404, 'BRAKE_NOT_FOUND']);
    const undo = ['brakes', 'release', brakeId, '--reason', REASON, '--all-tenants', '--yes'];
    expect(await run(undo)).toMatchObject({ code: 0 });
    expect(await register()).toEqual([201, undefined]);
  });
});
