import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../rigs/service-request.js';
import { ServiceKit } from './service-kit.js';

/** Of the loopback addresses only the first is a proxy. */
const TRUSTED_PROXIES = '127.0.0.1/32';
const ALLOWED = '203.0.113.9';

let kit: ServiceKit;
let token: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ TRUSTED_PROXIES });
  token = await tokenOf(['203.0.113.0/24', '2001:db8::/32']);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const credentialsOf = (client: { clientId: string; clientSecret: string }) => ({
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
});

/** A token of a client with these ranges. */
async function tokenOf(allowedAddresses: readonly string[]): Promise<string> {
  const client = await kit.newClient({ scopes: ['pin:validate', 'cards:write'], allowedAddresses });
  const { body } = await kit.requestToken(credentialsOf(client), { 'x-forwarded-for': ALLOWED });
  return (body as { access_token: string }).access_token;
}

async function codeFrom(forwarded: string | undefined, path = '/v1/pin-keys', bearer = token) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { status, body } = await kit.service.request('GET', path, { token: bearer, headers });
  return status === 200 ? '200' : `${status} ${(body as { code: string }).code}`;
}

describe('a client with an allowlist', () => {
  it.each([
    ALLOWED,
    '::ffff:203.0.113.9',
    '2001:db8:ffff::1',
    '2001:DB8::0:1',
    // The proxy tells who called it; what stands before that is the caller's own claim.
    `10.0.0.1, ${ALLOWED}`,
    `junk, ${ALLOWED}`,
    `${ALLOWED}, 127.0.0.1`,
  ])('calls from %s', async (forwarded) => {
    expect(await codeFrom(forwarded)).toBe('200');
  });

  it.each([
    undefined,
    '',
    '203.0.114.1',
    '2001:db9::1',
    '::203.0.113.9',
    `${ALLOWED}, 198.51.100.1`,
    `${ALLOWED}, ::ffff:198.51.100.1`,
    `${ALLOWED}, junk`,
    `${ALLOWED}:443`,
    `[2001:db8::1]`,
    '0313.0.0161.011',
    '3405803785',
    '203.0.113.9/24',
    `${ALLOWED};127.0.0.1`,
    '١٢٧.٠.٠.١',
    'x'.repeat(4_000),
  ])('is refused from %j', async (forwarded) => {
    const ascii = forwarded === undefined ? undefined : Buffer.from(forwarded).toString('latin1');
    expect(await codeFrom(ascii)).toBe('403 ADDRESS_NOT_ALLOWED');
  });

  it('is refused from a caller that is no trusted proxy, whatever that says', async () => {
    const agent = new Agent({ ca: kit.identity.certificate, localAddress: '127.0.0.2' });
    const url = new URL('/v1/pin-keys', kit.service.baseUrl);
    const answer = await sendRequest(
      { method: 'GET', url, agent },
      { token, headers: { 'x-forwarded-for': ALLOWED, forwarded: `for=${ALLOWED}`, 'x-real-ip': ALLOWED } },
    );
    agent.destroy();
    expect(answer).toMatchObject({ status: 403, body: { code: 'ADDRESS_NOT_ALLOWED' } });
  });

  it('gets no token from elsewhere either, and is told no more than with a wrong secret', async () => {
    const client = await kit.newClient({ allowedAddresses: ['203.0.113.0/24'] });
    const refused = await kit.requestToken(credentialsOf(client), { 'x-forwarded-for': '198.51.100.1' });
    const wrong = await kit.requestToken(
      { ...credentialsOf(client), client_secret: 'wrong' },
      { 'x-forwarded-for': '198.51.100.2' },
    );
    expect(refused).toMatchObject({ status: 401, body: wrong.body as object });
  });

  it('is asked for its scope before its address', async () => {
    expect(await codeFrom('198.51.100.1', '/v1/admin/cards')).toBe('403 SCOPE_MISSING');
  });

  it('reaches open routes from anywhere', async () => {
    expect(await codeFrom('198.51.100.1', '/.well-known/jwks.json')).toBe('200');
    expect(await codeFrom('198.51.100.1', '/health/live')).toBe('200');
  });
});

it('lets a client without a list call from anywhere, outside production', async () => {
  expect(await codeFrom('198.51.100.1', '/v1/pin-keys', await tokenOf([]))).toBe('200');
});

it('writes the address that counts into the audit trail, in one form', async () => {
  const requestId = randomUUID();
  const forwarded = { 'x-forwarded-for': `10.0.0.1, ::ffff:${ALLOWED}` };
  const registered = await kit.post(
    '/v1/cards',
    { cardRef: randomUUID() },
    { token, requestId, headers: forwarded },
  );
  expect(registered.status).toBe(201);
  const owner = await kit.openOwner();
  const rows = await owner.query<unknown[]>('SELECT source_address FROM audit_events WHERE request_id = $1', [
    requestId,
  ]);
  expect(rows).toEqual([{ source_address: ALLOWED }]);
});
