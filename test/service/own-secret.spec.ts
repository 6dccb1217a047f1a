import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceKit } from './service-kit.js';

const PATH = '/v1/clients/self/rotate-secret';
const FORM = 'application/x-www-form-urlencoded';

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const basic = ({ clientId, clientSecret }: Credentials) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
const rotate = async (credentials: Credentials, requestId: string = randomUUID()) =>
  await kit.service.request('POST', PATH, {
    headers: { authorization: basic(credentials), 'x-request-id': requestId },
  });
const secretIn = ({ body }: { readonly body: unknown }) => (body as { clientSecret: string }).clientSecret;
const works = async ({ clientId, clientSecret }: Credentials) => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return (await kit.requestToken(form)).status === 200;
};

describe('a client changes its own secret', () => {
  it('with the current one, by HTTP Basic or as a form; the one before works on', async () => {
    for (const how of ['basic', 'form']) {
      const client = await kit.newClient();
      const { clientId, clientSecret } = client;
      const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret }).toString();
      const rotated =
        how === 'basic'
          ? await rotate(client)
          : await kit.service.request('POST', PATH, { body: form, headers: { 'content-type': FORM } });
      expect(rotated).toMatchObject({
        status: 201,
        headers: { 'cache-control': 'no-store' },
        body: { clientId, clientSecret: expect.stringMatching(/^pwcs_/) },
      });
      expect(await works({ clientId, clientSecret: secretIn(rotated) })).toBe(true);
      expect(await works(client)).toBe(true);
      expect(kit.service.output).not.toContain(secretIn(rotated).slice(5));
    }
  });

  it('not with a token, whatever it holds and whichever issuer made it', async () => {
    const { clientId, clientSecret } = await kit.newClient({ scopes: ['cards:read', 'pin:reset'] });
    const issued = await kit.requestToken({
      grant_type: 'client_credentials',
      scope: 'cards:read',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const tokens = [
      (issued.body as { access_token: string }).access_token,
      await kit.identity.tokenFor({ scopes: ['cards:read'], clientId }),
      await kit.identity.tokenFor({ scopes: [], clientId }),
    ];
    for (const token of tokens) {
      const refused = await kit.post(PATH, undefined, { token });
      expect(refused).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="pinward", charset="UTF-8"' },
        body: { code: 'CLIENT_AUTHENTICATION_FAILED' },
      });
      expect(JSON.stringify(refused.body)).not.toContain('pwcs_');
    }
    const owner = await kit.openOwner();
    const count = 'SELECT count(*)::int FROM client_secrets WHERE client_id = $1';
    expect(await owner.query(count, [clientId])).toEqual([{ count: 1 }]);
    expect(await works({ clientId, clientSecret })).toBe(true);
  });

  it('is refused alike for an unknown client, a wrong secret, a revoked client and a wrong address', async () => {
    const revoked = await kit.newClient();
    const elsewhere = await kit.newClient({ allowedAddresses: ['192.0.2.0/24'] });
    const known = await kit.newClient();
    const token = await kit.identity.tokenFor({ scopes: ['ops:clients'] });
    await kit.service.request('DELETE', `/v1/admin/clients/${revoked.clientId}`, { token });
    const wrong = `pwcs_${'A'.repeat(43)}`;
    const answers = await Promise.all(
      [
        { clientId: 'no-such-client', clientSecret: wrong },
        { ...known, clientSecret: wrong },
        revoked,
        elsewhere,
      ].map(async (credentials) => await rotate(credentials)),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'CLIENT_AUTHENTICATION_FAILED' } });
  });

  it('refuses two ways to authenticate, another body, and no credentials', async () => {
    const client = await kit.newClient();
    const headers = { authorization: basic(client) };
    const form = new URLSearchParams({ client_secret: client.clientSecret }).toString();
    const twice = { body: form, headers: { ...headers, 'content-type': FORM } };
    expect(await kit.service.request('POST', PATH, twice)).toMatchObject({ status: 400 });
    const unknown = { body: { secret: 'mine' }, headers };
    expect(await kit.service.request('POST', PATH, unknown)).toMatchObject({ status: 400 });
    expect(await kit.service.request('POST', PATH, { body: {} })).toMatchObject({ status: 401 });
  });

  it('once an overlap: a second change is refused, and locks no client out', async () => {
    const client = await kit.newClient();
    const requestId = randomUUID();
    const next = { ...client, clientSecret: secretIn(await rotate(client, requestId)) };
    for (const credentials of [client, next]) {
      expect(await rotate(credentials)).toMatchObject({
        status: 409,
        body: { code: 'SECRET_OVERLAP', previousSecretExpiresAt: expect.stringMatching(/Z$/) },
      });
    }
    expect(await rotate(client, requestId)).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_NOT_REPLAYABLE' },
    });
    expect([await works(client), await works(next)]).toEqual([true, true]);
  });

  it('happens once when many ask at once, each under an id of its own', async () => {
    const client = await kit.newClient();
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate(client)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.every(({ status }) => status === 409 || status === 503)).toBe(true);
    const [next] = made.map((answer) => ({ ...client, clientSecret: secretIn(answer) }));
    expect(next !== undefined && (await works(next))).toBe(true);
    expect(await works(client)).toBe(true);
  });

  it('tells the webhook endpoints and the audit trail', async () => {
    const client = await kit.newClient();
    const requestId = randomUUID();
    await rotate(client, requestId);
    const owner = await kit.openOwner();
    const events = await owner.query<{ data: string }[]>(
      "SELECT data FROM outbox_events WHERE type = 'client.secret_rotated' AND data::jsonb ->> 'clientId' = $1",
      [client.clientId],
    );
    expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual([
      {
        clientId: client.clientId,
        by: client.clientId,
        through: client.clientId,
        requestId,
        previousSecretExpiresAt: expect.stringMatching(/Z$/),
      },
    ]);
    const lines = await owner.query<unknown[]>(
      "SELECT client_id, action, result FROM audit_events WHERE request_id = $1 AND action <> 'api.call'",
      [requestId],
    );
    expect(lines).toEqual([
      { client_id: client.clientId, action: 'client.rotate-secret', result: 'rotated' },
    ]);
  });
});

describe('guesses at a secret', () => {
  let limited: ServiceKit;
  beforeAll(async () => {
    limited = await ServiceKit.open({
      RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: '3',
      TRUSTED_PROXIES: '127.0.0.1/32',
    });
  });
  afterAll(async () => await limited[Symbol.asyncDispose]());

  it('share one limit with those at the token endpoint, whichever is asked', async () => {
    const guess = { clientId: 'nobody', clientSecret: `pwcs_${'A'.repeat(43)}` };
    const { clientId: client_id, clientSecret: client_secret } = guess;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0
          ? limited.requestToken({ grant_type: 'client_credentials', client_id, client_secret })
          : limited.service.request('POST', PATH, { headers: { authorization: basic(guess) } }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  it('count also where they cannot be read, before the client is looked up', async () => {
    const client = await limited.newClient();
    const form = new URLSearchParams({ client_secret: client.clientSecret }).toString();
    const unreadable = [
      { body: {} },
      { headers: { authorization: 'Basic %' } },
      { body: form, headers: { authorization: basic(client), 'content-type': FORM } },
      { body: { secret: 'mine' }, headers: { authorization: basic(client) } },
    ];
    const ask = async (options: (typeof unreadable)[number]) => {
      const headers = { ...options.headers, 'x-forwarded-for': '198.51.100.1' };
      return (await limited.service.request('POST', PATH, { ...options, headers })).status;
    };
    const statuses = await Promise.all([...unreadable, ...unreadable].map(ask));
    expect(statuses.filter((status) => status === 400 || status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect(await ask({ headers: { authorization: basic(client) } })).toBe(429);
  });
});
