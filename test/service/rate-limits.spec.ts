import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgProxy } from '../rigs/pg-proxy.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { sendRequest } from '../rigs/service-request.js';
import { ServiceKit } from './service-kit.js';

const CLIENT = 12;
const CARD = 5;
const ADDRESS = 20;
const REFUSALS = 4;
const LIMITS = {
  RATE_LIMIT_CLIENT_PER_MINUTE: String(CLIENT),
  RATE_LIMIT_CARD_PER_MINUTE: String(CARD),
  RATE_LIMIT_ADDRESS_PER_MINUTE: String(ADDRESS),
  RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: String(REFUSALS),
  TRUSTED_PROXIES: '127.0.0.1/32',
};
const LIMITED = { status: 429, body: { code: 'RATE_LIMITED' } };
const CARD_LIMITED = { status: 429, body: { code: 'CARD_RATE_LIMITED', limit: 'card-requests' } };

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open(LIMITS);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

let hosts = 0;
/** An address from which no client has called. */
const newAddress = () => `198.51.100.${(hosts += 1)}`;
const newCard = () => `/v1/cards/${randomUUID()}`;
const newToken = async (tenantId = 'default', clientId = `client-${randomUUID()}`) =>
  await kit.identity.tokenFor({ scopes: ['cards:read', 'pin:validate'], tenantId, clientId });

interface From {
  readonly token?: string;
  readonly from?: string;
}

async function get(path: string, { token, from = newAddress() }: From): Promise<ServiceResponse> {
  const headers = { 'x-forwarded-for': from };
  return await kit.service.request('GET', path, token === undefined ? { headers } : { headers, token });
}

/** Statuses of so many calls, one after the other. */
async function statuses(count: number, call: () => Promise<ServiceResponse>): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index += 1) seen.push((await call()).status);
  return seen;
}

const times = (count: number, status: number) => Array.from({ length: count }, () => status);

describe('what is left', () => {
  it('is told with every limited answer, good or bad', async () => {
    const path = newCard();
    const token = await newToken();
    const from = newAddress();
    await get(path, { token, from });
    const { status, headers } = await get(path, { token, from });
    expect(status).toBe(404);
    expect(headers['ratelimit-policy']).toBe(
      `"address";q=${ADDRESS};w=60, "client";q=${CLIENT};w=60, "card";q=${CARD};w=60`,
    );
    expect(headers['ratelimit']).toMatch(
      new RegExp(
        `^"address";r=${ADDRESS - 2};t=(5\\d|60), "client";r=${CLIENT - 2};t=(5\\d|60), "card";r=${CARD - 2};t=(5\\d|60)$`,
      ),
    );
  });

  it('is not told, nor anything counted, where nothing is limited', async () => {
    const from = newAddress();
    const answers = await statuses(ADDRESS + 5, () => get('/health/live', { from }));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect((await get('/health/ready', { from })).headers['ratelimit']).toBeUndefined();
  });
});

describe('the limit of a client', () => {
  it('holds wherever it calls from, and is its own', async () => {
    const clientId = `client-${randomUUID()}`;
    const token = await newToken('default', clientId);
    expect(await statuses(CLIENT, () => get(newCard(), { token }))).toEqual(times(CLIENT, 404));
    const limited = await get(newCard(), { token });
    expect(limited).toMatchObject(LIMITED);
    expect(limited.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(limited.headers['retry-after'])).toSatisfy((wait: number) => wait >= 1 && wait <= 60);
    expect(limited.headers['ratelimit']).toMatch(/"client";r=0;t=\d+/);
    expect(await get(newCard(), { token: await newToken('default', clientId) })).toMatchObject(LIMITED);
    expect(await get(newCard(), { token: await newToken() })).toMatchObject({ status: 404 });
    expect(await get(newCard(), { token: await newToken('elsewhere', clientId) })).toMatchObject({
      status: 404,
    });
  });

  it('does not mix up names that read alike when they are put together', async () => {
    const token = await newToken('other', 'b:c');
    await statuses(CLIENT, () => get(newCard(), { token }));
    expect(await get(newCard(), { token })).toMatchObject(LIMITED);
    expect(await get(newCard(), { token: await newToken('elsewhere', 'b:c') })).toMatchObject({
      status: 404,
    });
    expect(await get(newCard(), { token: await newToken('other', 'b","c') })).toMatchObject({ status: 404 });
  });

  it('is what was agreed with it', async () => {
    const client = await kit.newClient({ scopes: ['cards:read'], requestsPerMinute: 2 });
    const { body } = await kit.requestToken(
      {
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
      },
      { 'x-forwarded-for': newAddress() },
    );
    const token = (body as { access_token: string }).access_token;
    const first = await get(newCard(), { token });
    expect(first.headers['ratelimit-policy']).toContain('"client";q=2;w=60');
    expect(await statuses(2, () => get(newCard(), { token }))).toEqual([404, 429]);
  });
});

describe('the limit of a card', () => {
  it('holds for all clients of a tenant together, and for no other card', async () => {
    const path = newCard();
    const calls = await statuses(CARD + 1, async () => get(path, { token: await newToken() }));
    expect(calls).toEqual([...times(CARD, 404), 429]);
    const token = await newToken();
    const validate = { body: {}, headers: { 'x-forwarded-for': newAddress() }, token };
    expect(await kit.service.request('POST', `${path}/pin/validate`, validate)).toMatchObject(CARD_LIMITED);
    expect(await get(newCard(), { token })).toMatchObject({ status: 404 });
    expect(await get(path, { token: await newToken('elsewhere') })).toMatchObject({ status: 404 });
  });

  it.each([['x'.repeat(90)], [randomUUID().toUpperCase()]])(
    'counts nothing for %s, which is none',
    async (id) => {
      const path = `/v1/cards/${id}`;
      const token = await newToken();
      expect(await statuses(CARD + 2, () => get(path, { token }))).toEqual(times(CARD + 2, 404));
      expect((await get(path, { token })).headers['ratelimit-policy']).not.toContain('"card"');
    },
  );
});

describe('the limit of a source address', () => {
  it('holds for all its clients together, and for no other address', async () => {
    const from = newAddress();
    const calls = await statuses(ADDRESS + 1, async () => get(newCard(), { from, token: await newToken() }));
    expect(calls).toEqual([...times(ADDRESS, 404), 429]);
    expect(await get('/.well-known/jwks.json', { from })).toMatchObject(LIMITED);
    expect(await get(newCard(), { token: await newToken() })).toMatchObject({ status: 404 });
  });

  it('is one for an IPv6 network', async () => {
    let host = 0;
    const calls = await statuses(ADDRESS + 1, () =>
      get('/.well-known/jwks.json', { from: `2001:db8:1:2::${(host += 1)}` }),
    );
    expect(calls.at(-1)).toBe(429);
    expect(await get('/.well-known/jwks.json', { from: '2001:db8:1:3::1' })).toMatchObject({ status: 200 });
  });

  it('cannot be escaped by X-Forwarded-For from a caller that is no trusted proxy', async () => {
    const agent = new Agent({ ca: kit.identity.certificate, localAddress: '127.0.0.2', keepAlive: true });
    const url = new URL('/.well-known/jwks.json', kit.service.baseUrl);
    const call = () =>
      sendRequest({ method: 'GET', url, agent }, { headers: { 'x-forwarded-for': newAddress() } });
    const calls = await statuses(ADDRESS + 1, call);
    agent.destroy();
    expect(calls).toEqual([...times(ADDRESS, 200), 429]);
  });

  it('cannot be escaped by what a trusted proxy passes on and is no address', async () => {
    const calls = await statuses(ADDRESS * 2, () =>
      get('/.well-known/jwks.json', { from: `10.0.0.1, junk-${randomUUID()}` }),
    );
    expect(calls).toContain(429);
  });
});

describe('refused authentications', () => {
  const refused = (from: string, token = 'not.a.token') => get(newCard(), { from, token });

  it('end in 429 instead of 401, for their address alone, and never for a good token', async () => {
    const from = newAddress();
    expect(await statuses(REFUSALS, () => refused(from))).toEqual(times(REFUSALS, 401));
    const limited = await refused(from);
    expect(limited).toMatchObject(LIMITED);
    expect(Number(limited.headers['retry-after'])).toSatisfy((wait: number) => wait >= 1 && wait <= 60);
    expect(await get(newCard(), { from })).toMatchObject(LIMITED);
    expect(await refused(newAddress())).toMatchObject({ status: 401 });
    expect(await get(newCard(), { from, token: await newToken() })).toMatchObject({ status: 404 });
  });

  it('count with requests for tokens, the good ones too', async () => {
    const { clientId, clientSecret } = await kit.newClient();
    const from = newAddress();
    const ask = (secret: string) =>
      kit.requestToken(
        { grant_type: 'client_credentials', client_id: clientId, client_secret: secret },
        { 'x-forwarded-for': from },
      );
    const asked = await Promise.all(
      Array.from({ length: 3 * REFUSALS }, async () => (await ask('wrong')).status),
    );
    expect(asked.filter((status) => status === 401)).toHaveLength(REFUSALS);
    expect(asked.filter((status) => status === 429)).toHaveLength(2 * REFUSALS);
    expect(await ask(clientSecret)).toMatchObject(LIMITED);
    expect(await refused(from)).toMatchObject(LIMITED);
  });
});

describe('calls that a client may not make', () => {
  it('end in 429 instead of 403, for this client alone, wherever it calls from, and never for what it may', async () => {
    const clientId = `client-${randomUUID()}`;
    const token = await newToken('default', clientId);
    const from = newAddress();
    const path = '/v1/admin/cards';
    const calls = await Promise.all(
      Array.from({ length: 3 * REFUSALS }, async () => (await get(path, { from, token })).status),
    );
    expect(calls.filter((status) => status === 403)).toHaveLength(REFUSALS);
    expect(calls.filter((status) => status === 429)).toHaveLength(2 * REFUSALS);
    expect(await get(path, { token })).toMatchObject({
      status: 429,
      body: { code: 'OPERATION_RATE_LIMITED', limit: 'client-refusals' },
    });
    expect(await get(newCard(), { token })).toMatchObject({ status: 404 });
    expect(await get(path, { from, token: await newToken() })).toMatchObject({ status: 403 });
    expect(await get(path, { token: await newToken('elsewhere', clientId) })).toMatchObject({ status: 403 });
  });

  it('are counted also where its address is not one of those agreed', async () => {
    const { clientId } = await kit.newClient({ scopes: ['cards:read'], allowedAddresses: ['192.0.2.0/24'] });
    const token = await newToken('default', clientId);
    expect(await statuses(REFUSALS + 1, () => get(newCard(), { token }))).toEqual([
      ...times(REFUSALS, 403),
      429,
    ]);
    expect(await get(newCard(), { token, from: '192.0.2.7' })).toMatchObject({ status: 404 });
  });
});

describe('the order of refusals', () => {
  it('asks for the token and the scope before, and reads the request afterwards', async () => {
    const path = `${newCard()}/pin/validate`;
    const post = async (token: string) => {
      const headers = { 'x-forwarded-for': newAddress() };
      return await kit.service.request('POST', path, { token, body: {}, headers });
    };
    const reader = await kit.identity.tokenFor({ scopes: ['cards:read'] });
    const token = await newToken();
    expect(await statuses(CARD + 1, () => post(reader))).toEqual([
      ...times(REFUSALS, 403),
      ...times(CARD + 1 - REFUSALS, 429),
    ]);
    expect(await statuses(CARD + 1, () => post(token))).toEqual([...times(CARD, 400), 429]);
  });
});

it('lets no refused request reach the database', async () => {
  await using other = await ServiceKit.open();
  const { identity, token: hsm, database } = other;
  await using proxy = await PgProxy.start(database.serviceUrl);
  const databaseUrl = proxy.url(database.serviceUrl);
  await using service = await ServiceProcess.start({
    identity,
    token: hsm,
    databaseUrl,
    environment: { ...LIMITS, DEVELOPMENT_OUTBOX_FILE: undefined },
  });
  const trap = proxy.beforeForward(/./, () => 'forward', { times: Number.MAX_SAFE_INTEGER });
  // What the sweepers, the sealer of the audit trail, the relay of webhooks, the readers of the policy and of what is agreed
  // with clients, incidents and alarms do by themselves.
  const byItself =
    /abandon|outbox_events|one_time_passwords|audit_|FROM policies|pinward_seal|statement_timeout|pgboss|webhook|\bincidents\b|alarm|activity|AS given \(tenant_id, client_id\)|DELETE FROM spent_proofs|^(START TRANSACTION|BEGIN|COMMIT|ROLLBACK)/i;
  const sql = () =>
    trap.caught.flatMap(({ statements }) => statements).filter((text) => !byItself.test(text));
  const pin = randomPin();
  const card = await other.cardWithPin(pin);
  const token = await identity.tokenFor({ scopes: ['pin:validate'] });
  const validate = async (bearer = token) => {
    const body = { encryptedPin: await other.encrypt(pin, card) };
    return await service.request('POST', `/v1/cards/${card.cardId}/pin/validate`, { token: bearer, body });
  };
  expect(await statuses(CARD, validate)).toEqual(times(CARD, 200));
  const before = sql().length;
  expect(before).toBeGreaterThanOrEqual(CARD);
  const refused = await Promise.all([
    ...Array.from({ length: 8 }, () => validate()),
    ...Array.from({ length: 2 * REFUSALS }, () => validate('not.a.token')),
  ]);
  expect(refused.map(({ status }) => status).toSorted()).toEqual([
    ...times(REFUSALS, 401),
    ...times(8 + REFUSALS, 429),
  ]);
  expect(sql().slice(before)).toEqual([]);
  expect(await other.triesRemaining(card)).toBe(3);
});
