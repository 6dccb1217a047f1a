import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNING_ALGORITHMS } from '#libs/api-clients';
import { JWT_BEARER, seconds, SigningKey, type Changes, type Signing } from '../clients/signing-keys.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let key: SigningKey;
let other: SigningKey;
let clientId: string;
beforeAll(async () => {
  kit = await ServiceKit.open();
  [key, other] = [await SigningKey.make(), await SigningKey.make()];
  clientId = await kit.newKeyClient({ jwks: key.set }, { scopes: ['pin:set', 'pin:validate'] });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const form = (assertion: string, more: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'client_credentials',
  client_assertion_type: JWT_BEARER,
  client_assertion: assertion,
  ...more,
});
const good = async (signing: Signing = {}, by = key) =>
  await by.assertion(clientId, BUILT_IN_ISSUER, signing);
const show = async (assertion: string, more = {}) => await kit.requestToken(form(assertion, more));
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

describe('a client assertion (RFC 7523, section 2.2)', () => {
  it.each(SIGNING_ALGORITHMS)('signed with %s gets a token that is accepted', async (alg) => {
    const own = await SigningKey.make(alg);
    const id = await kit.newKeyClient({ jwks: own.set }, { scopes: ['pin:set'] });
    const answer = await show(await own.assertion(id, BUILT_IN_ISSUER));
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'pin:set' } });
    const { access_token: token } = answer.body as { access_token: string };
    expect(await kit.service.request('GET', '/v1/pin-keys', { token })).toMatchObject({ status: 200 });
  });

  it('may name its client and tenant in the form, and asks for less than the client has', async () => {
    const more = { client_id: clientId, tenant_id: 'default', scope: 'pin:validate' };
    expect(await show(await good(), more)).toMatchObject({ status: 200, body: { scope: 'pin:validate' } });
    expect(await show(await good({ header: { typ: 'client-authentication+jwt' } }))).toMatchObject({
      status: 200,
    });
  });

  it('leaves its way of proving in the trail, and no part of itself', async () => {
    const assertion = await good();
    const headers = { 'x-request-id': `assertion-of-${clientId}` };
    await kit.requestToken(form(assertion), headers);
    const owner = await kit.openOwner();
    const lines = await owner.query<{ action: string; details: string }[]>(
      'SELECT action, details FROM audit_events WHERE client_id = $1 AND request_id = $2',
      [clientId, headers['x-request-id']],
    );
    expect(lines.map(({ action, details }) => [action, JSON.parse(details) as unknown])).toEqual([
      ['token.issue', { scope: 'pin:set pin:validate', method: 'private_key_jwt', type: 'Bearer' }],
    ]);
    expect(kit.service.output).not.toContain(assertion.split('.')[2]);
  });
});

/** Signed by the client's own key, so that it is told what is wrong. */
const FLAWED: readonly [name: string, claims: () => Changes, words: RegExp][] = [
  ['another audience', () => ({ aud: 'https://other.test' }), /^aud /],
  ['the token endpoint as audience', () => ({ aud: `${BUILT_IN_ISSUER}/v1/oauth/token` }), /^aud /],
  ['the audience of access tokens', () => ({ aud: 'pinward' }), /^aud /],
  ['the issuer in a list', () => ({ aud: [BUILT_IN_ISSUER] }), /^aud /],
  ['two audiences', () => ({ aud: [BUILT_IN_ISSUER, 'https://other.test'] }), /^aud /],
  ['no audience', () => ({ aud: undefined }), /^aud /],
  ['another issuer', () => ({ iss: 'somebody' }), /^iss /],
  ['no issuer', () => ({ iss: undefined }), /^iss /],
  ['no end', () => ({ exp: undefined }), /^exp /],
  ['an end as text', () => ({ exp: String(seconds() + 60) }), /^exp /],
  ['an end that is no whole number', () => ({ exp: seconds() + 60.5 }), /^exp /],
  ['an end beyond all time', () => ({ exp: 1e300 }), /^exp /],
  ['a life of more than five minutes', () => ({ exp: seconds() + 330 }), /^exp /],
  ['a past end', () => ({ exp: seconds() - 30 }), /expired/],
  ['an issue in the future', () => ({ iat: seconds() + 30 }), /^iat /],
  ['an issue that is no number', () => ({ iat: 'now' }), /^iat /],
  ['a beginning in the future', () => ({ nbf: seconds() + 30 }), /^iat or nbf /],
  ['no jti', () => ({ jti: undefined }), /^jti /],
  ['an empty jti', () => ({ jti: '' }), /^jti /],
  ['a jti that is no text', () => ({ jti: 7 }), /^jti /],
  ['a jti without end', () => ({ jti: 'x'.repeat(257) }), /^jti /],
];

describe('an assertion of the right key', () => {
  it.each(FLAWED)('with %s is refused, and told why', async (_, claims, words) => {
    const { status, body } = await show(await good({ claims: claims() }));
    expect([status, body]).toEqual([
      401,
      { error: 'invalid_client', error_description: expect.stringMatching(words) },
    ]);
  });

  it.each<[string, () => Changes]>([
    ['five seconds ahead', () => ({ iat: seconds() + 5, nbf: seconds() + 5 })],
    ['just past, by a clock that is behind', () => ({ exp: seconds() - 5 })],
    ['five minutes long', () => ({ exp: seconds() + 300 })],
  ])('and dates %s are accepted', async (_, claims) => {
    expect(await show(await good({ claims: claims() }))).toMatchObject({ status: 200 });
  });
});

const publicKey = (jwk: JWK) => createPublicKey({ key: jwk, format: 'jwk' });
const hmacOver = async (secret: string | Buffer) => {
  const [, payload = ''] = (await good()).split('.');
  const text = `${encoded({ alg: 'HS256', kid: key.kid })}.${payload}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const unsigned = async (alg: string, signature = '') => {
  const [, payload = ''] = (await good()).split('.');
  return `${encoded({ alg, kid: key.kid })}.${payload}.${signature}`;
};
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Of nobody's key, or of another's: all are told the same. */
const FORGED: readonly [string, () => Promise<string>][] = [
  ['a foreign key under the right kid', () => good({ key: other.privateKey })],
  ['a foreign key under its own kid', () => good({ header: { kid: other.kid }, key: other.privateKey })],
  ['the right key under another kid', () => good({ header: { kid: 'other' } })],
  ['no kid', () => good({ header: { kid: undefined } })],
  ['a kid that is no text', () => good({ header: { kid: [key.kid] } })],
  ['a kid that is a path', () => good({ header: { kid: '../../dev/null' }, key: other.privateKey })],
  ['a kid of Object.prototype', () => good({ header: { kid: '__proto__' }, key: other.privateKey })],
  ['alg none', () => unsigned('none')],
  ['alg nOnE', () => unsigned('nOnE')],
  ['alg none with a signature', () => unsigned('none', 'AAAA')],
  [
    'HS256 keyed with the public key as PEM',
    () => hmacOver(publicKey(key.jwk).export({ type: 'spki', format: 'pem' })),
  ],
  [
    'HS256 keyed with the public key as DER',
    () => hmacOver(publicKey(key.jwk).export({ type: 'spki', format: 'der' })),
  ],
  ['HS256 keyed with the JWK', () => hmacOver(JSON.stringify(key.jwk))],
  ['HS256 keyed with nothing', () => hmacOver('')],
  ['RS256', () => good({ header: { alg: 'RS256' }, key: rsa.privateKey })],
  ['PS256 under the kid of a curve', () => good({ header: { alg: 'PS256' }, key: rsa.privateKey })],
  ['jwk', () => good({ header: { jwk: other.jwk }, key: other.privateKey })],
  ['its own jwk', () => good({ header: { jwk: key.jwk } })],
  ['jku', () => good({ header: { jku: 'https://127.0.0.1:1/jwks.json' } })],
  ['x5u', () => good({ header: { x5u: 'https://127.0.0.1:1/chain.pem' } })],
  ['x5c', () => good({ header: { x5c: ['MIIB'] } })],
  ['a critical extension', () => good({ header: { crit: ['urn:pinward:test'], 'urn:pinward:test': 1 } })],
  ['the type of an access token', () => good({ header: { typ: 'at+jwt' } })],
  ['the type of a DPoP proof', () => good({ header: { typ: 'dpop+jwt' } })],
  ['no subject', () => good({ claims: { sub: undefined } })],
  ['an unknown subject', () => good({ claims: { sub: 'nobody-at-all', iss: 'nobody-at-all' } })],
  ['a subject that is no text', () => good({ claims: { sub: { $ne: '' } } })],
  ['NUL in the subject', () => good({ claims: { sub: 'x\0', iss: 'x\0' } })],
  ['NUL in the key id', () => good({ header: { kid: 'x\0' } })],
  ['two parts', async () => (await good()).split('.').slice(0, 2).join('.')],
  ['a bent signature', async () => bent(await good())],
  ['more than can be one', () => good({ claims: { filler: 'x'.repeat(4_000) } })],
  ['two subjects', async () => doubled(await good())],
  [
    'JSON serialization',
    async () => JSON.stringify({ signatures: [], payload: (await good()).split('.')[1] }),
  ],
  ['no assertion at all', async () => 'x'],
];

function bent(assertion: string): string {
  const [header, payload, signature = ''] = assertion.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
  return [header, payload, bytes.toString('base64url')].join('.');
}

function doubled(assertion: string): string {
  const [header, payload = '', signature] = assertion.split('.');
  const text = Buffer.from(payload, 'base64url').toString().replace('{', '{"sub":"x",');
  return [header, Buffer.from(text).toString('base64url'), signature].join('.');
}

describe('forged assertions', () => {
  it.each(FORGED)('%s', async (_, forge) => {
    const { status, body } = await show(await forge());
    expect([status, body]).toEqual([
      401,
      {
        error: 'invalid_client',
        error_description:
          'The client is unknown, or its secret, key, certificate or address is not accepted.',
      },
    ]);
  });

  it('leave nothing behind: a good one is accepted after them', async () => {
    const jti = 'seen-in-a-forgery';
    await show(await good({ claims: { jti }, key: other.privateKey }));
    expect(await show(await good({ claims: { jti } }))).toMatchObject({ status: 200 });
  });

  it.each<[string, string, (assertion: string) => Readonly<Record<string, string>>]>([
    ['another client in the form', 'invalid_client', () => ({ client_id: 'somebody-else' })],
    ['another tenant in the form', 'invalid_client', () => ({ tenant_id: 'other' })],
    [
      'another type',
      'invalid_client',
      () => ({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }),
    ],
    ['no type', 'invalid_request', () => ({ client_assertion_type: '' })],
    ['a secret beside it', 'invalid_request', () => ({ client_secret: `pwcs_${'A'.repeat(43)}` })],
  ])('%s', async (_, error, more) => {
    const assertion = await good();
    expect(await show(assertion, more(assertion))).toMatchObject({ body: { error } });
  });

  it('HTTP Basic beside an assertion is two ways to prove one client', async () => {
    const headers = { authorization: `Basic ${Buffer.from(`${clientId}:x`).toString('base64')}` };
    const answer = await kit.requestToken(form(await good()), headers);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('a client of two tenants with one key is nobody, until the form names the tenant', async () => {
    const id = 'same-key-in-two';
    for (const tenantId of ['default', 'other'])
      await kit.newKeyClient({ jwks: key.set }, { clientId: id, tenantId });
    const twin = async () => await key.assertion(id, BUILT_IN_ISSUER);
    expect(await show(await twin())).toMatchObject({ status: 401 });
    expect(await show(await twin(), { tenant_id: 'other' })).toMatchObject({ status: 200 });
    expect(await show(await twin(), { tenant_id: 'elsewhere' })).toMatchObject({ status: 401 });
  });

  it('from another address than the client’s no key works', async () => {
    const far = await kit.newKeyClient({ jwks: key.set }, { allowedAddresses: ['192.0.2.0/24'] });
    expect(await show(await key.assertion(far, BUILT_IN_ISSUER))).toMatchObject({ status: 401 });
  });
});

describe('an assertion counts once', () => {
  it('one after the other', async () => {
    const assertion = await good();
    expect(await show(assertion)).toMatchObject({ status: 200 });
    expect(await show(assertion)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.stringContaining('shown before') },
    });
  });

  it('also for two replicas at once, many times over', async () => {
    await using second = await ServiceProcess.start({ ...kit, databaseUrl: kit.database.serviceUrl });
    for (let round = 0; round < 5; round += 1) {
      const body = new URLSearchParams(form(await good())).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const answers = await Promise.all(
        [kit.service, second, kit.service, second].map((replica) =>
          replica.request('POST', '/v1/oauth/token', { body, headers }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    }
  });

  it('per client: another’s of the same jti is another one', async () => {
    const id = await kit.newKeyClient({ jwks: other.set });
    const claims = { jti: 'the-same-for-both' };
    expect(await show(await good({ claims }))).toMatchObject({ status: 200 });
    expect(await show(await other.assertion(id, BUILT_IN_ISSUER, { claims }))).toMatchObject({ status: 200 });
  });
});
