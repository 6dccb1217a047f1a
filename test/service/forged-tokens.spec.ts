import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { ServiceKit } from './service-kit.js';

/** Header, payload and signature of a token that the service itself has issued. */
let issued: { header: Record<string, unknown>; payload: JWTPayload; parts: [string, string, string] };
let publicKey: KeyObject;
let kit: ServiceKit;
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ownEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });

beforeAll(async () => {
  kit = await ServiceKit.open();
  const token = await kit.issuedToken(['pin:validate']);
  const parts = token.split('.') as [string, string, string];
  const [header, payload] = parts.map((part, index) => (index < 2 ? decoded(part) : {}));
  issued = { header: header ?? {}, payload: payload ?? {}, parts };
  const { body } = await kit.service.request('GET', '/.well-known/jwks.json', {});
  const [jwk] = (body as { keys: JWK[] }).keys;
  publicKey = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const decoded = (part: string) =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const now = () => Math.floor(Date.now() / 1_000);

/** Members that are undefined are left out of the token. */
type Claims = Readonly<Record<string, unknown>>;

/** Claims that the provider's key would make good, were it not for what the forgery changes. */
const good = (changes: Claims = {}): JWTPayload => ({
  client_id: 'card-app',
  tenant_id: 'default',
  sub: 'card-app',
  scope: 'pin:validate',
  exp: now() + 600,
  ...changes,
});

const provider =
  (changes: Claims, header: Record<string, unknown> = {}) =>
  () =>
    kit.identity.sign(good(changes), header);
const builtIn = (header: Record<string, unknown>, key: KeyObject | Uint8Array) => () =>
  kit.identity.sign(issued.payload, { ...issued.header, ...header }, key);
const hmacOver = (secret: string | Buffer) => async () => {
  const text = `${encoded({ ...issued.header, alg: 'HS256' })}.${issued.parts[1]}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};
const unsigned =
  (alg: string, signature = '') =>
  async () =>
    `${encoded({ ...issued.header, alg })}.${issued.parts[1]}.${signature}`;

type Forgery = [string, () => Promise<string>];

const FORGERIES: readonly Forgery[] = [
  // No signature, or not this one.
  ['alg none', unsigned('none')],
  ['alg None', unsigned('None')],
  ['alg nOnE with the old signature', () => unsigned('nOnE', issued.parts[2])()],
  ['the signature cut off', async () => `${issued.parts[0]}.${issued.parts[1]}.`],
  ['two parts', async () => `${issued.parts[0]}.${issued.parts[1]}`],
  ['a bent signature', async () => `${issued.parts[0]}.${issued.parts[1]}.${bent(issued.parts[2])}`],
  ['more scopes under the old signature', async () => edited({ scope: 'pin:validate ops:unlock' })],
  ['a longer life under the old signature', async () => edited({ exp: now() + 86_400 })],
  ['another tenant under the old signature', async () => edited({ tenant_id: 'other' })],
  [
    'an edited header',
    async () => `${encoded({ ...issued.header, x: 1 })}.${issued.parts[1]}.${issued.parts[2]}`,
  ],
  // Key confusion (RFC 8725, section 2.1).
  [
    'HS256 keyed with the public key as PEM',
    () => hmacOver(publicKey.export({ type: 'spki', format: 'pem' }))(),
  ],
  [
    'HS256 keyed with the public key as DER',
    () => hmacOver(publicKey.export({ type: 'spki', format: 'der' }))(),
  ],
  [
    'HS256 keyed with the modulus',
    async () => hmacOver(Buffer.from((await exportJWK(publicKey)).n ?? '', 'base64url'))(),
  ],
  ['HS256 keyed with nothing', hmacOver('')],
  ['PS256 under a key of the provider', builtIn({ alg: 'PS256' }, own.privateKey)],
  ['RS512 under a foreign key', builtIn({ alg: 'RS512' }, own.privateKey)],
  ['RS384 under a foreign key', builtIn({ alg: 'RS384' }, own.privateKey)],
  ['ES256 under a foreign key', builtIn({ alg: 'ES256' }, ownEc.privateKey)],
  // Keys the token brings along or points at.
  ['a foreign key under the right kid', builtIn({}, own.privateKey)],
  ['jwk', async () => builtIn({ jwk: await exportJWK(own.publicKey) }, own.privateKey)()],
  [
    'jwk without kid',
    async () => builtIn({ kid: undefined, jwk: await exportJWK(own.publicKey) }, own.privateKey)(),
  ],
  ['jku', builtIn({ jku: 'https://127.0.0.1:1/jwks.json' }, own.privateKey)],
  ['x5u', builtIn({ x5u: 'https://127.0.0.1:1/chain.pem' }, own.privateKey)],
  ['x5c', builtIn({ x5c: ['MIIB'] }, own.privateKey)],
  // kid injection.
  ['a kid that is a path', builtIn({ kid: '../../../../dev/null' }, own.privateKey)],
  ['a kid that is SQL', builtIn({ kid: "x' UNION SELECT 'k" }, own.privateKey)],
  ['a kid that is no text', builtIn({ kid: ['token-signing-1'] }, own.privateKey)],
  ['a kid of Object.prototype', builtIn({ kid: '__proto__' }, own.privateKey)],
  ['the transport key as kid', builtIn({ kid: 'pin-transport-1' }, own.privateKey)],
  // Issuers and audiences.
  ['an issuer that is not trusted', provider({ iss: 'https://evil.test' })],
  ['the built-in issuer under the key of the provider', provider({ iss: BUILT_IN_ISSUER })],
  [
    'the built-in issuer and its kid under the key of the provider',
    provider({ iss: BUILT_IN_ISSUER }, { kid: 'token-signing-1' }),
  ],
  ['two issuers', provider({ iss: ['https://provider.test'] })],
  ['another audience', provider({ aud: 'another-service' })],
  ['a list of other audiences', provider({ aud: ['a', 'b'] })],
  ['no audience', provider({ aud: undefined })],
  // Kinds of token.
  ['an ID token', provider({}, { typ: 'JWT' })],
  ['no typ', provider({}, { typ: undefined })],
  ['a logout token', provider({}, { typ: 'logout+jwt' })],
  ['an unknown critical header', provider({}, { crit: ['urn:pinward:test'], 'urn:pinward:test': 1 })],
  // Times.
  ['an expired token', provider({ exp: now() - 60 })],
  ['no expiry', provider({ exp: undefined })],
  ['an expiry that is text', provider({ exp: '9999999999' })],
  ['a life longer than agreed with the provider', provider({ exp: now() + 2 * 86_400 })],
  ['not valid yet', provider({ nbf: now() + 600 })],
  // Claims.
  ['no subject', provider({ sub: undefined })],
  ['no client', provider({ client_id: undefined })],
  ['the command line as its client', provider({ client_id: undefined, azp: 'pinctl' })],
  ['the command line written otherwise', provider({ client_id: 'PinCtl ' })],
  ['the service as its client', provider({ client_id: 'pinward' })],
  ['no client in it', provider({ client_id: '-' })],
  ['a person of the command line', provider({ sub: 'pinctl:root' })],
  ['no tenant', provider({ tenant_id: undefined })],
  ['a tenant that is no text', provider({ tenant_id: { $ne: '' } })],
  ['a tenant that is not served here', provider({ tenant_id: 'nowhere' })],
  ['no scope', provider({ scope: undefined })],
  ['scopes as a list', provider({ scope: ['pin:validate'] })],
  ['scopes of card apps and operators in one', provider({ scope: 'pin:validate ops:read' })],
  ['bound to a certificate that is not there', provider({ cnf: { 'x5t#S256': 'A'.repeat(43) } })],
  // Forms.
  [
    'JSON serialization',
    async () =>
      JSON.stringify({ protected: issued.parts[0], payload: issued.parts[1], signature: issued.parts[2] }),
  ],
  ['five parts, as of a JWE', async () => [...issued.parts, 'e', 'f'].join('.')],
  ['padding', async () => `${issued.parts[0]}=.${issued.parts[1]}.${issued.parts[2]}`],
  ['more than can be a token', provider({ filler: 'x'.repeat(8_000) })],
  ['nothing', async () => '..'],
];

function bent(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
  return bytes.toString('base64url');
}

function edited(changes: JWTPayload): string {
  return `${issued.parts[0]}.${encoded({ ...issued.payload, ...changes })}.${issued.parts[2]}`;
}

describe('forged access tokens', () => {
  it('begin from two that are accepted', async () => {
    for (const token of [issued.parts.join('.'), await provider({})()]) {
      expect(await kit.service.request('GET', '/v1/pin-keys', { token })).toMatchObject({ status: 200 });
    }
  });

  it.each(FORGERIES)('%s', async (name, forge) => {
    const { status, body, headers } = await kit.service.request('GET', '/v1/pin-keys', {
      token: await forge(),
    });
    const code = name === 'an expired token' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID';
    expect({ status, body }).toMatchObject({ status: 401, body: { code } });
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  it('are not accepted anywhere but in the Authorization header', async () => {
    const token = issued.parts.join('.');
    for (const path of [`/v1/pin-keys?access_token=${token}`, '/v1/pin-keys']) {
      const headers = { cookie: `access_token=${token}`, 'x-access-token': token };
      const answer = await kit.service.request('GET', path, { headers });
      expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
    }
  });
});
