import { calculateJwkThumbprint, decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JWT_BEARER, seconds, SigningKey } from '../clients/signing-keys.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const PATH = '/v1/admin/client-demands';
const ALL = ['client_secret', 'private_key_jwt', 'tls_client_auth'];
const reason = 'Decision of the security board';

let kit: ServiceKit;
let key: SigningKey;
let operator: string;
let nonce: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ TOKEN_CACHE_SECONDS: '1' });
  key = await SigningKey.make();
  const cnf = { jkt: await calculateJwkThumbprint(key.jwk) };
  const claims = { client_id: 'console', sub: 'Ada', tenant_id: 'default', scope: 'ops:policy' };
  operator = await kit.identity.sign({ ...claims, cnf, exp: seconds() + 3_600 });
  nonce = String((await demand({})).headers['dpop-nonce']);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** By an operator whose token is bound to the key. */
const demand = async (body: object) =>
  await kit.service.request('POST', PATH, {
    body: { reason, ...body },
    headers: {
      authorization: `DPoP ${operator}`,
      dpop: await key.proof('POST', `${kit.service.baseUrl}${PATH}`, { token: operator, nonce }),
    },
  });
const readDemands = async () =>
  await kit.service.request('GET', PATH, {
    headers: {
      authorization: `DPoP ${operator}`,
      dpop: await key.proof('GET', `${kit.service.baseUrl}${PATH}`, { token: operator, nonce }),
    },
  });
const unboundDemand = async (body: object, token: string) =>
  await kit.post(PATH, { reason, ...body }, { token });
const withSecret = async (
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  headers = {},
) =>
  await kit.requestToken(
    { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    headers,
  );
const withKey = async (clientId: string, headers = {}) =>
  await kit.requestToken(
    {
      grant_type: 'client_credentials',
      client_assertion_type: JWT_BEARER,
      client_assertion: await key.assertion(clientId, BUILT_IN_ISSUER),
    },
    headers,
  );
const tokenIn = ({ body }: ServiceResponse) => (body as { access_token: string }).access_token;
const historyIn = ({ body }: ServiceResponse) => (body as { history: object[] }).history;
const proof = async (given?: string) =>
  await key.proof('POST', `${kit.service.baseUrl}/v1/oauth/token`, { nonce: given });

describe('what a tenant demands of its clients', () => {
  beforeEach(async () => void (await demand({ methods: ALL, senderConstrained: false })));

  it('is nothing at first, and is told with its history', async () => {
    const token = await kit.identity.tokenFor({ scopes: ['ops:clients'], tenantId: 'elsewhere' });
    expect(await kit.service.request('GET', PATH, { token })).toMatchObject({
      status: 200,
      body: { methods: ALL, senderConstrained: false, history: [] },
    });
    await demand({ methods: ['tls_client_auth', 'private_key_jwt'], senderConstrained: true });
    const told = await readDemands();
    expect(told.body).toMatchObject({
      methods: ['private_key_jwt', 'tls_client_auth'],
      senderConstrained: true,
    });
    const [newest, before] = historyIn(told);
    expect([newest, before]).toMatchObject([
      { setBy: 'Ada', setThrough: 'console', reason },
      { senderConstrained: false },
    ]);
  });

  it('refuses a secret by a code that says what to do, to who knows it alone', async () => {
    const client = await kit.newClient();
    const { clientId } = client;
    expect(await withSecret(client)).toMatchObject({ status: 200 });
    await demand({ methods: ['private_key_jwt'], senderConstrained: false });
    expect(await withSecret(client)).toMatchObject({
      status: 400,
      body: {
        error: 'unauthorized_client',
        error_description: expect.stringContaining('register another one'),
      },
    });
    const guess = await withSecret({ clientId, clientSecret: `pwcs_${'A'.repeat(43)}` });
    expect(guess).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const clients = await kit.identity.tokenFor({ scopes: ['ops:clients'], subject: 'Ada' });
    await kit.post(`/v1/admin/clients/${clientId}/rotate-keys`, { jwks: key.set }, { token: clients });
    expect(await withKey(clientId)).toMatchObject({ status: 200 });
    const owner = await kit.openOwner();
    const lines = await owner.query<{ result: string }[]>(
      "SELECT DISTINCT result FROM audit_events WHERE action = 'token.refuse' AND client_id = $1 ORDER BY 1",
      [clientId],
    );
    expect(lines.map(({ result }) => result)).toEqual(['invalid_client', 'unauthorized_client']);
  });

  it('is a tenant’s own', async () => {
    const elsewhere = await kit.newClient({ tenantId: 'other' });
    await demand({ methods: ['private_key_jwt'], senderConstrained: true });
    expect(await withSecret(elsewhere)).toMatchObject({ status: 200 });
  });

  it('begins when it says, with notice for everybody to move', async () => {
    const client = await kit.newClient();
    const validFrom = new Date(Date.now() + 3_600_000).toISOString();
    const made = await demand({ methods: ['private_key_jwt'], senderConstrained: true, validFrom });
    expect(made).toMatchObject({ status: 200, body: { validFrom } });
    expect(await withSecret(client)).toMatchObject({ status: 200 });
    const told = await readDemands();
    expect(told.body).toMatchObject({ methods: ALL });
    expect(historyIn(told)[0]).toMatchObject({ validFrom });
    const owner = await kit.openOwner();
    await owner.query('UPDATE client_demands SET valid_from = now() WHERE valid_from > now()');
    expect(await withSecret(client)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    const late = new Date(Date.now() + 400 * 86_400_000).toISOString();
    expect(await demand({ methods: ALL, senderConstrained: false, validFrom: late })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/validFrom' }] },
    });
  });

  it('takes bound tokens alone: at the token endpoint, and from every issuer', async () => {
    const clientId = await kit.newKeyClient({ jwks: key.set }, { scopes: ['pin:set'] });
    const unbound = tokenIn(await withKey(clientId));
    const call = async (token: string) => await kit.service.request('GET', '/v1/pin-keys', { token });
    expect(await call(unbound)).toMatchObject({ status: 200 });
    await demand({ methods: ALL, senderConstrained: true });
    expect(await withKey(clientId)).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof', error_description: expect.stringContaining('bound tokens') },
    });
    const first = await withKey(clientId, { dpop: await proof() });
    const bound = await withKey(clientId, { dpop: await proof(String(first.headers['dpop-nonce'])) });
    expect(bound).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    expect(decodeJwt(tokenIn(bound))).toHaveProperty('cnf.jkt');
    // One that was issued before, and one of an OpenID provider.
    const refused = { status: 401, body: { code: 'TOKEN_NOT_BOUND' } };
    await expect.poll(async () => (await call(unbound)).status).toBe(401);
    expect(await call(unbound)).toMatchObject(refused);
    const theirs = await kit.identity.tokenFor({ scopes: ['pin:set'], clientId: 'app' });
    expect(await call(theirs)).toMatchObject({
      ...refused,
      headers: { 'www-authenticate': 'DPoP error="invalid_token", algs="PS256 ES256 EdDSA"' },
    });
    // Who demanded it can take it back.
    expect(await demand({ methods: ALL, senderConstrained: false })).toMatchObject({ status: 200 });
    await expect.poll(async () => (await call(theirs)).status).toBe(200);
  });

  it('is nothing that shuts out the client, or the token, by which it is demanded', async () => {
    const own = await kit.newClient({ scopes: ['ops:policy'], person: 'Olga Operator' });
    const token = tokenIn(await withSecret(own));
    const keysAlone = { methods: ['private_key_jwt'], senderConstrained: false };
    expect(await unboundDemand(keysAlone, token)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/methods', detail: expect.stringContaining('your own client') }] },
    });
    expect(await unboundDemand({ methods: ALL, senderConstrained: true }, token)).toMatchObject({
      status: 400,
      body: {
        errors: [{ pointer: '/senderConstrained', detail: expect.stringContaining('your own token') }],
      },
    });
    const asked = { scopes: ['ops:policy'], person: 'Olga Operator' };
    const clientId = await kit.newKeyClient({ jwks: key.set }, asked);
    const good = await unboundDemand(keysAlone, tokenIn(await withKey(clientId)));
    expect(good).toMatchObject({ status: 200, body: { setBy: 'Olga Operator', setThrough: clientId } });
  });

  it.each([
    [{ methods: [], senderConstrained: false }],
    [{ methods: ['none'], senderConstrained: false }],
    [{ methods: ALL }],
    [{ methods: ALL, senderConstrained: 'yes' }],
    [{ methods: ALL, senderConstrained: true, validFrom: 'tomorrow' }],
    [{ methods: ALL, senderConstrained: true, more: 1 }],
  ])('is not %j', async (body) => {
    expect(await demand(body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });
});

it('takes two persons where power does (APPROVALS=2), both of whom meet it', async () => {
  await using strict = await ServiceKit.open({ APPROVALS: '2' });
  const own = async (name: string, asked: object) => {
    await strict.knownPerson(name);
    const client = await strict.newClient({ scopes: ['ops:policy'], person: name, ...asked });
    const { clientId: client_id, clientSecret: client_secret } = client;
    const answer = await strict.requestToken({ grant_type: 'client_credentials', client_id, client_secret });
    return { ...client, token: tokenIn(answer) };
  };
  const [ada, grace] = [await own('Ada Lovelace', {}), await own('Grace Hopper', {})];
  // The kit has made both, which no person of the register is.
  const owner = await strict.openOwner();
  await owner.query('UPDATE client_secrets SET known_to = NULL');
  await owner.query('UPDATE api_clients SET created_by = NULL');
  const body = { methods: ['client_secret'], senderConstrained: false, reason };
  const asked = await strict.post(PATH, body, { token: ada.token });
  expect(asked.status).toBe(202);
  const { approvalId } = asked.body as { approvalId: string };
  const approve = async () =>
    await strict.post(`/v1/admin/approvals/${approvalId}/approve`, {}, { token: grace.token });
  // Meanwhile the approver's client proves itself in another way.
  await owner.query(
    `INSERT INTO client_keys (tenant_id, client_id, method, key_no, content, created_at)
     SELECT tenant_id, client_id, 'private_key_jwt', 1, '{"keys":[]}', now() FROM api_clients WHERE client_id = $1`,
    [grace.clientId],
  );
  await owner.query('UPDATE client_secrets SET expires_at = now() WHERE client_id = $1', [grace.clientId]);
  expect(await approve()).toMatchObject({ status: 400, body: { errors: [{ pointer: '/methods' }] } });
  await owner.query('UPDATE client_secrets SET expires_at = NULL WHERE client_id = $1', [grace.clientId]);
  expect(await approve()).toMatchObject({ status: 200, body: { status: 'approved' } });
  const told = await strict.service.request('GET', PATH, { token: ada.token });
  expect(told.body).toMatchObject({
    methods: ['client_secret'],
    history: [{ setBy: 'Ada Lovelace', setThrough: grace.clientId }],
  });
});
