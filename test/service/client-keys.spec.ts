import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JWT_BEARER, SigningKey } from '../clients/signing-keys.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const OWN = '/v1/clients/self/rotate-keys';

let kit: ServiceKit;
let operator: string;
let first: SigningKey;
let second: SigningKey;
let third: SigningKey;
beforeAll(async () => {
  kit = await ServiceKit.open();
  operator = await kit.identity.tokenFor({ scopes: ['ops:clients'], clientId: 'console', subject: 'Ada' });
  [first, second, third] = [await SigningKey.make(), await SigningKey.make('EdDSA'), await SigningKey.make()];
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const newId = () => `client-${randomUUID()}`;
const post = async (path: string, body: object, options = {}) =>
  await kit.post(path, body, { token: operator, ...options });
const rotate = async (clientId: string, keys: object, options = {}) =>
  await post(`/v1/admin/clients/${clientId}/rotate-keys`, keys, options);
const withdraw = async (clientId: string, method: string) =>
  await post(`/v1/admin/clients/${clientId}/withdraw`, { method });
const shown = async (key: SigningKey, clientId: string) => ({
  client_assertion_type: JWT_BEARER,
  client_assertion: await key.assertion(clientId, BUILT_IN_ISSUER),
});
const works = async (key: SigningKey, clientId: string) => {
  const form = { grant_type: 'client_credentials', ...(await shown(key, clientId)) };
  return (await kit.requestToken(form)).status === 200;
};
const changeOwn = async (
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) =>
  await kit.service.request('POST', OWN, {
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
const keysText = (key: SigningKey) => JSON.stringify({ jwks: key.set });
const secretWorks = async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return (await kit.requestToken(form)).status === 200;
};

describe('operators', () => {
  it('register a client with its keys, which has no secret', async () => {
    const clientId = newId();
    const body = { clientId, scopes: ['pin:validate'], keys: { jwks: first.set } };
    const requestId = randomUUID();
    const made = await post('/v1/admin/clients', body, { requestId });
    expect(made).toMatchObject({
      status: 201,
      body: { clientId, secrets: [], keys: [{ method: 'private_key_jwt', kids: [first.kid], ageDays: 0 }] },
    });
    expect(made.body).not.toHaveProperty('clientSecret');
    expect(await works(first, clientId)).toBe(true);
    // Nothing secret was shown, so a lost answer can be had again.
    const again = await post('/v1/admin/clients', body, { requestId });
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' }, body: made.body });
  });

  it('are told by name what is private, and it is kept nowhere', async () => {
    const d = 'c2VjcmV0LXBhcnQtb2YtYS1rZXk';
    const keys = { jwks: { keys: [{ ...first.jwk, d }] } };
    const refused = await post('/v1/admin/clients', { clientId: newId(), scopes: ['pin:validate'], keys });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        errors: [{ pointer: '/keys/jwks/keys/0/d', detail: expect.stringContaining('public keys alone') }],
      },
    });
    expect(JSON.stringify(refused.body)).not.toContain(d);
    expect(kit.service.output).not.toContain(d);
    expect(await rotate(newId(), { jwks: first.set })).toMatchObject({ status: 404 });
    const clientId = await kit.newKeyClient({ jwks: first.set });
    const elsewhere = await rotate(clientId, { jwksUri: 'https://10.1.2.3/jwks.json' });
    expect(elsewhere).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/jwksUri', detail: 'must not name a private or reserved address' }] },
    });
  });

  it('change keys, two at once: those before work until the overlap ends, older ones end at once', async () => {
    const clientId = await kit.newKeyClient({ jwks: first.set });
    const changed = await rotate(clientId, { jwks: second.set });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        keys: [{ kids: [second.kid] }, { kids: [first.kid], expiresAt: expect.stringMatching(/Z$/) }],
      },
    });
    expect([await works(first, clientId), await works(second, clientId)]).toEqual([true, true]);
    await rotate(clientId, { jwks: third.set });
    expect([
      await works(first, clientId),
      await works(second, clientId),
      await works(third, clientId),
    ]).toEqual([false, true, true]);
    const owner = await kit.openOwner();
    await owner.query(
      'UPDATE client_keys SET expires_at = now() WHERE client_id = $1 AND expires_at IS NOT NULL',
      [clientId],
    );
    expect([await works(second, clientId), await works(third, clientId)]).toEqual([false, true]);
  });

  it('move a client from its secret to keys: both at once, then the keys alone', async () => {
    const client = await kit.newClient();
    const { clientId } = client;
    expect(await rotate(clientId, { jwks: first.set })).toMatchObject({
      status: 200,
      body: { secrets: [{}], keys: [{}] },
    });
    expect([await secretWorks(client), await works(first, clientId)]).toEqual([true, true]);
    expect(await withdraw(clientId, 'client_secret')).toMatchObject({
      status: 200,
      body: { secrets: [], keys: [{}] },
    });
    expect([await secretWorks(client), await works(first, clientId)]).toEqual([false, true]);
    // No way back to a weaker one, nor to none.
    const secret = await post(`/v1/admin/clients/${clientId}/rotate-secret`, {});
    expect(secret).toMatchObject({ status: 409, body: { code: 'CREDENTIAL_NOT_HELD' } });
    expect(await withdraw(clientId, 'client_secret')).toMatchObject({
      body: { code: 'CREDENTIAL_NOT_HELD' },
    });
    expect(await withdraw(clientId, 'tls_client_auth')).toMatchObject({
      body: { code: 'CREDENTIAL_NOT_HELD' },
    });
    expect(await withdraw(clientId, 'private_key_jwt')).toMatchObject({
      status: 409,
      body: { code: 'LAST_CREDENTIAL' },
    });
    expect(await works(first, clientId)).toBe(true);
  });

  it('give keys to no client whose scopes they could not grant', async () => {
    const clientId = await kit.newKeyClient(
      { jwks: first.set },
      { scopes: ['ops:unlock'], person: 'Grace Hopper' },
    );
    expect(await rotate(clientId, { jwks: second.set })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_NOT_GRANTABLE', scopes: ['ops:unlock'] },
    });
  });

  it('leave lines and events: who, by which client, and which keys', async () => {
    const { clientId } = await kit.newClient();
    const requestId = randomUUID();
    await rotate(clientId, { jwks: first.set }, { requestId });
    await rotate(clientId, { jwks: second.set });
    await withdraw(clientId, 'private_key_jwt');
    const owner = await kit.openOwner();
    const events = await owner.query<{ type: string; data: string }[]>(
      `SELECT type, data FROM outbox_events
        WHERE data::jsonb ->> 'clientId' = $1 AND type NOT LIKE '%created' ORDER BY data::jsonb ->> 'previousKeysExpireAt' NULLS FIRST, type`,
      [clientId],
    );
    const by = { by: 'Ada', through: 'console' };
    const method = 'private_key_jwt';
    expect(events.map(({ type, data }) => [type, JSON.parse(data) as unknown])).toMatchObject([
      ['client.keys_rotated', { clientId, method, keys: first.kid, ...by, requestId }],
      ['client.method_withdrawn', { clientId, method, ...by }],
      [
        'client.keys_rotated',
        { clientId, method, keys: second.kid, previousKeysExpireAt: expect.any(String), ...by },
      ],
    ]);
    const lines = await owner.query<{ action: string; result: string }[]>(
      "SELECT action, result FROM audit_events WHERE details::jsonb ->> 'client' = $1 AND subject = 'Ada' ORDER BY audit_id",
      [clientId],
    );
    expect(lines).toEqual([
      { action: 'client.rotate-keys', result: 'rotated' },
      { action: 'client.rotate-keys', result: 'rotated' },
      { action: 'client.withdraw-method', result: 'withdrawn' },
    ]);
  });
});

describe('a client changes its own keys', () => {
  const byKey = async (
    key: SigningKey,
    clientId: string,
    keys: string,
    requestId = randomUUID(),
  ): Promise<ServiceResponse> =>
    await changeOwn({ ...(await shown(key, clientId)), keys }, { 'x-request-id': requestId });

  it('with the current one; the one before works on, and a repetition with another assertion is the same', async () => {
    const clientId = await kit.newKeyClient({ jwks: first.set });
    const requestId = randomUUID();
    const changed = await byKey(first, clientId, keysText(second), requestId);
    expect(changed).toMatchObject({ status: 200, body: { clientId, keys: [{ kids: [second.kid] }, {}] } });
    expect([await works(first, clientId), await works(second, clientId)]).toEqual([true, true]);
    const again = await byKey(second, clientId, keysText(second), requestId);
    expect(again).toMatchObject({
      status: 200,
      headers: { 'idempotent-replayed': 'true' },
      body: changed.body,
    });
    const otherKeys = await byKey(second, clientId, keysText(third), requestId);
    expect(otherKeys).toMatchObject({ status: 422, body: { code: 'REQUEST_ID_REUSED' } });
  });

  it('once an overlap, so that a thief of the key cannot shut the client out', async () => {
    const clientId = await kit.newKeyClient({ jwks: first.set });
    const answers = await Promise.all(
      [second, third, second].map((key) => byKey(first, clientId, keysText(key))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await byKey(first, clientId, keysText(third))).toMatchObject({
      status: 409,
      body: { code: 'KEYS_OVERLAP', previousKeysExpireAt: expect.stringMatching(/Z$/) },
    });
    expect(await works(first, clientId)).toBe(true);
  });

  it('with no token, no secret, no key of another and no assertion of before', async () => {
    const clientId = await kit.newKeyClient({ jwks: first.set }, { scopes: ['pin:set'] });
    const other = await kit.newKeyClient({ jwks: second.set });
    const secret = await kit.newClient();
    await rotate(secret.clientId, { jwks: first.set });
    const keys = keysText(third);
    const token = await kit.identity.tokenFor({ scopes: ['pin:set'], clientId });
    const used = await shown(first, clientId);
    await kit.requestToken({ grant_type: 'client_credentials', ...used });
    const refused = [
      await changeOwn({ keys }, { authorization: `Bearer ${token}` }),
      await changeOwn({ keys, client_id: secret.clientId, client_secret: secret.clientSecret }),
      await changeOwn({ keys, client_id: clientId }),
      await changeOwn({ keys, ...(await shown(second, clientId)) }),
      await changeOwn({ keys, ...used }),
      await changeOwn({ keys }),
    ];
    expect(refused.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(
      refused.map(() => [401, 'CLIENT_AUTHENTICATION_FAILED']),
    );
    expect(await kit.post(OWN, { keys }, { token })).toMatchObject({ status: 400 });
    expect([await works(first, clientId), await works(second, other), await works(third, clientId)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('for keys alone, where keys were uploaded', async () => {
    const clientId = await kit.newKeyClient({ jwks: first.set });
    expect(await byKey(first, clientId, '{"jwksUri":"https://keys.example/"}')).toMatchObject({
      status: 409,
      body: { code: 'CREDENTIAL_NOT_HELD' },
    });
    const wrong: readonly [string, string][] = [
      ['{"jwks":{"keys":[]}}', '/jwks/keys'],
      ['{"jwks":{"keys":[{}]}}', '/jwks/keys/0/kid'],
      ['{"other":1}', '/other'],
      ['{}', ''],
      ['no json', ''],
      ['', ''],
    ];
    for (const [text, pointer] of wrong) {
      const answer = await byKey(first, clientId, text);
      expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
      const { errors } = answer.body as { errors: { pointer: string }[] };
      expect([text, errors.some((error) => error.pointer === pointer)]).toEqual([text, true]);
    }
  });
});

describe('with two persons (APPROVALS=2)', () => {
  let strict: ServiceKit;
  let ada: string;
  let grace: string;
  beforeAll(async () => {
    strict = await ServiceKit.open({ APPROVALS: '2' });
    const token = async (subject: string) =>
      await strict.identity.tokenFor({ scopes: ['ops:clients', 'ops:policy'], clientId: 'console', subject });
    [ada, grace] = [await token('Ada'), await token('Grace')];
  });
  afterAll(async () => await strict[Symbol.asyncDispose]());

  const ask = async (path: string, body: object) => {
    const asked = await strict.post(path, body, { token: ada });
    expect(asked.status).toBe(202);
    return `/v1/admin/approvals/${(asked.body as { approvalId: string }).approvalId}`;
  };
  const tokenWith = async (key: SigningKey, clientId: string) =>
    (await strict.requestToken({ grant_type: 'client_credentials', ...(await shown(key, clientId)) })).status;

  it('a client with keys is made at the approval, and there is nothing to collect', async () => {
    const clientId = newId();
    const keys = { jwks: { keys: [{ ...first.jwk, note: 'left out' }] } };
    const approval = await ask('/v1/admin/clients', { clientId, scopes: ['pin:validate'], keys });
    const seen = await strict.service.request('GET', approval, { token: grace });
    expect(seen).toMatchObject({
      body: { request: { clientId, keys: { jwks: { keys: [{ kid: first.kid, alg: 'ES256' }] } } } },
    });
    expect(JSON.stringify(seen.body)).not.toContain('left out');
    expect(await tokenWith(first, clientId)).toBe(401);
    expect(await strict.post(`${approval}/approve`, {}, { token: ada })).toMatchObject({
      body: { code: 'SAME_OPERATOR' },
    });
    expect(await strict.post(`${approval}/approve`, {}, { token: grace })).toMatchObject({ status: 200 });
    expect(await tokenWith(first, clientId)).toBe(200);
    const collected = await strict.post(`${approval}/collect`, {}, { token: ada });
    expect(collected).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_COLLECT' } });
  });

  it('other keys of a client wait for the second person', async () => {
    const clientId = await strict.newKeyClient({ jwks: first.set });
    const approval = await ask(`/v1/admin/clients/${clientId}/rotate-keys`, {
      jwks: second.set,
      reason: 'rotation',
    });
    expect(await tokenWith(second, clientId)).toBe(401);
    expect(await strict.post(`${approval}/approve`, {}, { token: grace })).toMatchObject({ status: 200 });
    expect([await tokenWith(first, clientId), await tokenWith(second, clientId)]).toEqual([200, 200]);
    const owner = await strict.openOwner();
    const [line] = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE action = 'client.rotate-keys' AND details::jsonb ->> 'client' = $1 AND subject = 'Grace'",
      [clientId],
    );
    expect(JSON.parse(line?.details ?? '')).toMatchObject({
      keys: second.kid,
      requestedBy: 'Ada',
      approvedBy: 'Grace',
    });
    const [row] = await owner.query<{ known_to: string[] }[]>(
      'SELECT known_to FROM client_keys WHERE client_id = $1 AND key_no = 2',
      [clientId],
    );
    expect(row?.known_to).toEqual(['Ada']);
  });

  it('who has registered the keys of an operator’s client is no second person for it', async () => {
    const keysOf = { ada: await SigningKey.make(), eve: await SigningKey.make() };
    await strict.newKeyClient(
      { jwks: keysOf.eve.set },
      { clientId: 'ops-ada', scopes: ['ops:clients'], person: 'ada' },
    );
    await strict.newKeyClient(
      { jwks: keysOf.ada.set },
      { clientId: 'ops-eve', scopes: ['ops:clients'], person: 'eve' },
    );
    const owner = await strict.openOwner();
    // As if each had made the other's: the kit's own maker is no person.
    await owner.query("UPDATE client_keys SET known_to = '{eve}' WHERE client_id = 'ops-ada'");
    const tokenOf = async (key: SigningKey, clientId: string) => {
      const form = { grant_type: 'client_credentials', ...(await shown(key, clientId)) };
      return ((await strict.requestToken(form)).body as { access_token: string }).access_token;
    };
    const asked = await strict.post(
      '/v1/admin/clients',
      { clientId: newId(), scopes: ['pin:validate'] },
      { token: await tokenOf(keysOf.eve, 'ops-ada') },
    );
    const { approvalId } = asked.body as { approvalId: string };
    const approved = await strict.post(
      `/v1/admin/approvals/${approvalId}/approve`,
      {},
      {
        token: await tokenOf(keysOf.ada, 'ops-eve'),
      },
    );
    expect(approved).toMatchObject({
      status: 403,
      body: { code: 'APPROVER_NOT_ACCEPTED', reason: 'client-of-one-person' },
    });
  });
});
