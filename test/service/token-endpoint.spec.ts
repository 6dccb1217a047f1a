import { decodeJwt, decodeProtectedHeader, createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let client: { clientId: string; clientSecret: string };
beforeAll(async () => {
  kit = await ServiceKit.open();
  client = await kit.newClient({ scopes: ['pin:set', 'pin:validate'], requestsPerMinute: 900 });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const credentials = () => ({
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
});
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const tokenIn = ({ body }: { body: unknown }) => (body as { access_token: string }).access_token;

describe('the token endpoint', () => {
  it('issues a token (RFC 9068) that the published keys verify and the service accepts', async () => {
    const answer = await kit.requestToken(credentials());
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { token_type: 'Bearer', expires_in: 900, scope: 'pin:set pin:validate' },
    });
    const token = tokenIn(answer);
    const { body } = await kit.service.request('GET', '/.well-known/jwks.json', {});
    const verified = await jwtVerify(token, createLocalJWKSet(body as JSONWebKeySet), {
      issuer: BUILT_IN_ISSUER,
      audience: 'pinward',
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });
    expect(verified.payload).toMatchObject({
      sub: client.clientId,
      client_id: client.clientId,
      tenant_id: 'default',
      scope: 'pin:set pin:validate',
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'token-signing-1' });
    expect(await kit.service.request('GET', '/v1/pin-keys', { token })).toMatchObject({ status: 200 });
  });

  it('takes HTTP Basic, and gives as little as was asked for', async () => {
    const form = { grant_type: 'client_credentials', scope: 'pin:validate' };
    const answer = await kit.requestToken(form, basic(client.clientId, client.clientSecret));
    expect(answer).toMatchObject({ status: 200, body: { scope: 'pin:validate' } });
    const token = tokenIn(answer);
    const set = await kit.post('/v1/cards/00000000-0000-4000-8000-000000000000/pin', {}, { token });
    expect(set).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } });
  });

  it('names the person behind an operator as subject', async () => {
    const operator = await kit.newClient({ scopes: ['ops:read'], person: 'Ada Lovelace' });
    const { clientId, clientSecret } = operator;
    const answer = await kit.requestToken(
      { grant_type: 'client_credentials' },
      basic(clientId, clientSecret),
    );
    expect(decodeJwt(tokenIn(answer)).sub).toBe('Ada Lovelace');
  });

  it.each([
    ['an unknown client', () => ({ ...credentials(), client_id: 'nobody' })],
    ['a wrong secret', () => ({ ...credentials(), client_secret: `pwcs_${'A'.repeat(43)}` })],
    ['a secret of another form', () => ({ ...credentials(), client_secret: 'secret' })],
  ])('refuses %s, and all alike', async (_, form) => {
    const { status, headers, body } = await kit.requestToken(form());
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Basic realm="pinward", charset="UTF-8"');
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: 'The client is unknown, or its secret, key, certificate or address is not accepted.',
    });
  });

  it('refuses a client that may not call from here, as if its secret were wrong', async () => {
    const far = await kit.newClient({ allowedAddresses: ['192.0.2.0/24'] });
    const form = {
      grant_type: 'client_credentials',
      client_id: far.clientId,
      client_secret: far.clientSecret,
    };
    expect(await kit.requestToken(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([
    ['invalid_scope', { scope: 'ops:unlock' }],
    ['invalid_scope', { scope: 'pin:set pin:everything' }],
    ['unsupported_grant_type', { grant_type: 'authorization_code' }],
    ['invalid_request', { grant_type: '' }],
  ])('says %s for %j', async (error, changes) => {
    const answer = await kit.requestToken({ ...credentials(), ...changes });
    expect(answer).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' }, body: { error } });
  });

  it('takes forms and nothing else, and forms go nowhere else', async () => {
    const json = await kit.service.request('POST', '/v1/oauth/token', { body: credentials() });
    expect(json).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    const form = await kit.service.request('POST', '/v1/cards', {
      token: kit.cardApp,
      body: 'cardRef=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    const nothing = await kit.service.request('POST', '/v1/oauth/token', {});
    expect(nothing).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('is asked anew each time: a request id repeats nothing', async () => {
    const headers = { 'x-request-id': 'same' };
    const tokens = [
      await kit.requestToken(credentials(), headers),
      await kit.requestToken(credentials(), headers),
    ];
    expect(new Set(tokens.map(tokenIn)).size).toBe(2);
  });
});

describe('a client that is revoked, or loses a scope', () => {
  it('is refused at once for new tokens, and within the cache time for old ones', async () => {
    await using short = await ServiceKit.open({ TOKEN_CACHE_SECONDS: '1' });
    const leaving = await short.newClient({ scopes: ['pin:validate', 'pin:set'] });
    const form = {
      grant_type: 'client_credentials',
      client_id: leaving.clientId,
      client_secret: leaving.clientSecret,
    };
    const token = tokenIn(await short.requestToken(form));
    const call = async () => (await short.service.request('GET', '/v1/pin-keys', { token })).status;
    expect(await call()).toBe(200);
    const owner = await short.openOwner();
    await owner.query('UPDATE api_clients SET revoked_at = now() WHERE client_id = $1', [leaving.clientId]);
    expect(await short.requestToken(form)).toMatchObject({ status: 401 });
    await expect.poll(call).toBe(401);
  });
});
