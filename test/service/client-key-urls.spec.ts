import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PublicAddresses } from '#libs/outbound-https';
import { ClientKeySets } from '../../apps/pin-service/src/edge/authentication/client-key-sets.js';
import { JWT_BEARER, SigningKey } from '../clients/signing-keys.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { WebhookReceiver, type Reply } from '../webhooks/receiver.js';
import { ServiceKit } from './service-kit.js';

const MINUTE = 60_000;

let server: WebhookReceiver;
let first: SigningKey;
let second: SigningKey;
beforeAll(async () => {
  server = await WebhookReceiver.open();
  [first, second] = [await SigningKey.make('ES256', 'first'), await SigningKey.make('PS256', 'second')];
});
afterAll(async () => await server[Symbol.asyncDispose]());

const url = () => server.url.replace('/events', '/jwks.json');
const publishing = (...keys: readonly unknown[]): Reply => ({ status: 200, body: JSON.stringify({ keys }) });
const serve = (reply: Reply | null) => (server.reply = () => reply);

describe('keys at a URL', () => {
  let now: number;
  let sets: ClientKeySets;
  beforeEach(() => {
    now = 0;
    const addresses = new PublicAddresses(['127.0.0.0/8']);
    sets = new ClientKeySets({ addresses, ca: server.ca, timeoutMs: 500 }, () => now);
    serve(publishing(first.jwk));
  });
  afterEach(() => server.received.splice(0));

  const kids = async (kid = 'first', tenant = 'default') => {
    const keys = await sets.keysAt(tenant, url(), kid);
    return keys.map((key) => key.kid);
  };
  const unavailable = { code: 'CLIENT_KEYS_UNAVAILABLE', retryAfterSeconds: 10 };

  it('are fetched once for all who ask at once, and kept for ten minutes', async () => {
    expect(await Promise.all([kids(), kids(), kids()])).toEqual([['first'], ['first'], ['first']]);
    now = 9.9 * MINUTE;
    expect(await kids()).toEqual(['first']);
    expect(server.received).toHaveLength(1);
    serve(publishing(second.jwk));
    now = 10.1 * MINUTE;
    expect(await kids()).toEqual(['second']);
    expect(server.received).toHaveLength(2);
  });

  it('are looked at anew for a kid that is not there, every ten seconds at most', async () => {
    expect(await kids()).toEqual(['first']);
    serve(publishing(first.jwk, second.jwk));
    expect(await kids('second')).toEqual(['first']);
    now = 11_000;
    expect(await kids('second')).toEqual(['first', 'second']);
    for (let guess = 0; guess < 20; guess += 1) await kids(`guess-${guess}`);
    expect(server.received).toHaveLength(2);
  });

  it('serve for an hour while the URL does not answer, and then no longer', async () => {
    expect(await kids()).toEqual(['first']);
    serve({ status: 503 });
    now = 59 * MINUTE;
    expect(await kids()).toEqual(['first']);
    await expect(kids('second')).rejects.toMatchObject(unavailable);
    now = 61 * MINUTE;
    await expect(kids()).rejects.toMatchObject(unavailable);
    const asked = server.received.length;
    await expect(kids()).rejects.toMatchObject(unavailable);
    expect(server.received).toHaveLength(asked);
    serve(publishing(second.jwk));
    now += 11_000;
    expect(await kids('second')).toEqual(['second']);
  });

  it.each<[string, () => Reply]>([
    ['no JSON', () => ({ status: 200, body: '<html>' })],
    ['no set', () => ({ status: 200, body: '[]' })],
    ['a set without keys', () => ({ status: 200, body: '{"keys":{}}' })],
    ['a redirect', () => ({ status: 302, headers: { location: url() } })],
    [
      'a huge answer',
      () => ({ status: 200, body: JSON.stringify({ keys: [first.jwk], filler: 'x'.repeat(70_000) }) }),
    ],
    [
      'a huge answer of good beginning',
      () => ({ status: 200, body: `${JSON.stringify({ keys: [first.jwk] })}${' '.repeat(70_000)}` }),
    ],
    ['more keys than a client has', () => publishing(...Array.from({ length: 65 }, () => first.jwk))],
  ])('are not there in %s', async (_, reply) => {
    serve(reply());
    await expect(kids()).rejects.toMatchObject(unavailable);
  });

  it('may stand beside keys that serve for something else, or are not to be shown', async () => {
    const others = [
      { kty: 'oct', k: 'AAAA', kid: 'shared' },
      { ...second.jwk, kid: 'encrypting', use: 'enc' },
      { ...second.jwk, kid: 'pkcs1', alg: 'RS256' },
      { ...first.jwk, kid: 'private', d: 'AAAA' },
      { ...first.jwk, kid: undefined },
      'key',
      null,
    ];
    serve(publishing(...others, first.jwk));
    expect(await kids()).toEqual(['first']);
  });

  it('are called at no private address, unless the deployment allows it', async () => {
    sets = new ClientKeySets({ addresses: new PublicAddresses(), ca: server.ca, timeoutMs: 500 }, () => now);
    await expect(kids()).rejects.toMatchObject(unavailable);
    await expect(
      sets.keysAt('default', url().replace('127.0.0.1', 'localhost'), 'first'),
    ).rejects.toMatchObject(unavailable);
    expect(server.received).toHaveLength(0);
  });

  it('are not waited for without end, and not by any number', async () => {
    serve(null);
    const asked = Array.from({ length: 200 }, () =>
      kids().then(
        () => 'keys',
        () => 'none',
      ),
    );
    // All but those that may wait are answered at once.
    const answered = await Promise.all(asked.slice(64));
    expect(new Set(answered)).toEqual(new Set(['none']));
    expect(server.received.length).toBeLessThanOrEqual(1);
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['none']));
  });
});

describe('a client with its keys at a URL', () => {
  let kit: ServiceKit;
  beforeAll(async () => {
    kit = await ServiceKit.open({
      CLIENT_KEYS_ALLOWED_RANGES: '127.0.0.0/8',
      CLIENT_KEYS_CA_FILE: server.caFile,
    });
  });
  afterAll(async () => await kit[Symbol.asyncDispose]());

  const ask = async (assertion: string, more: Readonly<Record<string, string>> = {}) =>
    await kit.requestToken({
      grant_type: 'client_credentials',
      client_assertion_type: JWT_BEARER,
      client_assertion: assertion,
      ...more,
    });

  it('proves itself with a key that is there, and changes it there', async () => {
    const id = await kit.newKeyClient({ jwksUri: url() });
    serve(publishing(first.jwk, second.jwk));
    for (const key of [first, second])
      expect(await ask(await key.assertion(id, BUILT_IN_ISSUER))).toMatchObject({ status: 200 });
    const strange = await SigningKey.make();
    expect(await ask(await strange.assertion(id, BUILT_IN_ISSUER))).toMatchObject({ status: 401 });
  });

  it('is told to come again while the URL does not answer', async () => {
    const id = await kit.newKeyClient({ jwksUri: `${url()}?of=another` });
    serve({ status: 500 });
    expect(await ask(await first.assertion(id, BUILT_IN_ISSUER))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
      body: { code: 'CLIENT_KEYS_UNAVAILABLE' },
    });
  });

  it('is nobody without the tenant’s name where another tenant has a client of its id', async () => {
    serve(publishing(first.jwk));
    const clientId = 'in-two-tenants';
    await kit.newKeyClient({ jwks: first.set }, { clientId });
    // A URL can show another’s keys, at the moment that suits it.
    await kit.newKeyClient({ jwksUri: url() }, { clientId, tenantId: 'other' });
    const assertion = async () => await first.assertion(clientId, BUILT_IN_ISSUER);
    expect(await ask(await assertion())).toMatchObject({ status: 401 });
    for (const tenant of ['default', 'other'])
      expect(await ask(await assertion(), { tenant_id: tenant })).toMatchObject({ status: 200 });
  });
});
