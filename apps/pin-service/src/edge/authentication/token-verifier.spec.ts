import { KeyObject, sign } from 'node:crypto';
import {
  CompactSign,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTPayload,
} from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeysUnavailable } from './provider-keys.js';
import { callerOfClaims, type TrustedIssuer } from './trusted-issuer.js';
import { TokenVerifier } from './token-verifier.js';

const NOW = new Date('2026-11-25T12:00:00Z');
const CACHE_SECONDS = 30;
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const keySet = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] });

const at = (offset: number) => Math.floor(NOW.getTime() / 1_000) + offset;

/** A provider that counts how often a client is looked up. */
class Provider implements TrustedIssuer {
  readonly audience = 'pinward';
  readonly type = 'at+jwt';
  readonly tenantClaim = 'tenant_id';
  readonly maxLifetimeSeconds = 3_600;
  revoked = false;
  asked = 0;

  constructor(
    readonly issuer: string,
    readonly keys: TrustedIssuer['keys'] = keySet,
  ) {}

  readonly callerOf: TrustedIssuer['callerOf'] = async (claims) => {
    this.asked += 1;
    return this.revoked ? null : callerOfClaims(claims);
  };
}

async function token(claims: JWTPayload = {}, key: CryptoKey = privateKey): Promise<string> {
  const whole = {
    iss: 'https://one.example',
    aud: 'pinward',
    sub: 'person-1',
    scope: 'pin:set openid pin:validate',
  };
  return await new SignJWT({ ...whole, client_id: 'app', tenant_id: 'default', exp: at(600), ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' })
    .sign(key);
}

let now: Date;
let one: Provider;
let verifier: TokenVerifier;

beforeEach(() => {
  now = NOW;
  one = new Provider('https://one.example');
  verifier = new TokenVerifier([one, new Provider('https://two.example')], {
    cacheSeconds: CACHE_SECONDS,
    now: () => now,
    demandsBinding: async (tenantId) => tenantId === 'strict',
  });
});

const pass = (seconds: number) => (now = new Date(now.getTime() + seconds * 1_000));

describe('an access token', () => {
  it('tells who calls; scopes of other services are left out', async () => {
    const caller = await verifier.verify(await token());
    expect(caller).toMatchObject({ tenantId: 'default', clientId: 'app', subject: 'person-1' });
    expect([...caller.scopes]).toEqual(['pin:set', 'pin:validate']);
  });

  it('may come from any trusted issuer, and names its client as azp where it has no client_id', async () => {
    const other = await token({ iss: 'https://two.example', client_id: undefined, azp: 'portal' });
    expect(await verifier.verify(other)).toMatchObject({ clientId: 'portal' });
  });

  it('is refused when scopes of card apps and of operators are in it', async () => {
    const mixed = await token({ scope: 'pin:validate ops:read' });
    await expect(verifier.verify(mixed)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('is said to be expired when it is', async () => {
    await expect(verifier.verify(await token({ exp: at(-60) }))).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  it('says nothing when its issuer keys cannot be fetched', async () => {
    const away = new Provider('https://away.example', () => Promise.reject(new KeysUnavailable('away')));
    const asking = new TokenVerifier([away], {
      cacheSeconds: CACHE_SECONDS,
      now: () => now,
      demandsBinding: async () => false,
    });
    const fromAway = await token({ iss: 'https://away.example' });
    await expect(asking.verify(fromAway)).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  });
});

describe('a token for a tenant that demands bound ones', () => {
  const strict = { tenant_id: 'strict' };
  const thumbprint = 'A'.repeat(43);

  it('is refused by name unless it is bound', async () => {
    await expect(verifier.verify(await token(strict))).rejects.toMatchObject({ code: 'TOKEN_NOT_BOUND' });
    const cnf = { jkt: thumbprint };
    expect(await verifier.verify(await token({ ...strict, cnf }))).toMatchObject({
      keyThumbprint: thumbprint,
    });
    const certificate = { 'x5t#S256': thumbprint };
    expect(await verifier.verify(await token({ ...strict, cnf: certificate }))).toMatchObject({
      certificateThumbprint: thumbprint,
    });
  });

  it.each([
    {},
    { kid: 'x' },
    { jkt: 'short' },
    { jkt: null },
    { jkt: thumbprint, 'x5t#S256': 7 },
    'bound',
    null,
  ])('is refused with the binding %j, which nobody understands', async (cnf) => {
    await expect(verifier.verify(await token({ cnf }))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('the claims of a token', () => {
  it.each<[string, JWTPayload]>([
    ['an end beyond all time', { exp: 1e300 }],
    ['an end that is no whole number', { exp: at(600) + 0.5 }],
    ['a life longer than agreed', { exp: at(3_700) }],
    ['a life longer than agreed since it was issued', { iat: at(-3_500), exp: at(600) }],
    ['an issue that is still to come', { iat: at(60) }],
    ['an issue that is no whole number', { iat: at(-1) + 0.5 }],
    ['NUL in the subject', { sub: 'person\0' }],
    ['a bidi override in the subject', { sub: 'nosrep\u202e' }],
    ['a line separator in the client', { client_id: 'app\u2028' }],
    ['NUL in the tenant', { tenant_id: 'default\0' }],
  ])('may not hold %s', async (_, claims) => {
    await expect(verifier.verify(await token(claims))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('may say that it was issued now, by a clock a little ahead, and live as long as agreed', async () => {
    const fresh = await token({ iat: at(4), nbf: at(0), exp: at(3_600) });
    expect(await verifier.verify(fresh)).toMatchObject({ clientId: 'app' });
  });

  it.each([
    ['the payload', '{"alg":"RS256","typ":"at+jwt","kid":"k1"}', (claims: string) => `{"sub":"x",${claims}`],
    [
      'the header',
      '{"alg":"RS256","kid":"k2","typ":"at+jwt","kid":"k1"}',
      (claims: string) => `{"sub":"person-1",${claims}`,
    ],
  ])('and its members come once each in %s', async (part, header, payload) => {
    const claims = JSON.stringify({
      iss: 'https://one.example',
      aud: 'pinward',
      scope: 'pin:set',
      client_id: 'app',
      tenant_id: 'default',
      exp: at(600),
      ...(part === 'the payload' ? { sub: 'person-1' } : {}),
    }).slice(1);
    const once = new CompactSign(Buffer.from(`{"sub":"person-1",${claims.replace(',"sub":"person-1"', '')}`));
    const good = await once.setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' }).sign(privateKey);
    expect(await verifier.verify(good)).toMatchObject({ subject: 'person-1' });
    const encoded = [header, payload(claims)]
      .map((text) => Buffer.from(text).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(encoded), KeyObject.from(privateKey)).toString('base64url');
    await expect(verifier.verify(`${encoded}.${signature}`)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('a verified token', () => {
  it('is believed for the cache time, and then looked at again: a revoked client is out', async () => {
    const valid = await token();
    await verifier.verify(valid);
    one.revoked = true;
    pass(CACHE_SECONDS - 1);
    await verifier.verify(valid);
    expect(one.asked).toBe(1);
    pass(2);
    await expect(verifier.verify(valid)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('is looked at again once it is forgotten, and no other with it', async () => {
    const [first, second] = [await token(), await token({ client_id: 'other' })];
    for (const each of [first, second]) await verifier.verify(each);
    expect(verifier.believed()).toHaveLength(2);
    verifier.forget(verifier.believed().filter(({ clientId }) => clientId === 'app'));
    one.revoked = true;
    await expect(verifier.verify(first)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await verifier.verify(second)).toMatchObject({ clientId: 'other' });
    expect(verifier.believed()).toHaveLength(1);
  });

  it('is never believed beyond its expiry', async () => {
    const short = await token({ exp: at(10) });
    await verifier.verify(short);
    pass(16);
    await expect(verifier.verify(short)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('does not vouch for another', async () => {
    await verifier.verify(await token());
    const { privateKey: foreign } = await generateKeyPair('RS256');
    await expect(verifier.verify(await token({}, foreign))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});
