import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../config/load-settings.js';
import { TokenVerifier } from './token-verifier.js';

const NOW = new Date('2026-11-23T12:00:00Z');
const seconds = (offset: number) => Math.floor(NOW.getTime() / 1_000) + offset;
const claims = { sub: 'person-1', client_id: 'app', tenant_id: 'default', scope: 'pin:set pin:validate' };

let privateKey: CryptoKey;
let verifier: TokenVerifier;
let now = NOW;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  const file = join(mkdtempSync(join(tmpdir(), 'pinward-jwks-')), 'jwks.json');
  writeFileSync(
    file,
    JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }] }),
  );
  const settings = loadSettings({
    TLS_CERT_FILE: '-',
    TLS_KEY_FILE: '-',
    DATABASE_URL: '-',
    PKCS11_MODULE: '-',
    PKCS11_TOKEN_LABEL: '-',
    PKCS11_TOKEN_PIN: '-',
    TOKEN_KEYS_FILE: file,
    TOKEN_ISSUER: 'https://issuer.example',
  });
  verifier = await TokenVerifier.fromFile(settings, () => now);
});

interface Forgery {
  readonly payload?: JWTPayload;
  readonly header?: Record<string, unknown>;
  readonly key?: CryptoKey | Uint8Array;
}

async function token({ payload = {}, header = {}, key = privateKey }: Forgery = {}): Promise<string> {
  const whole = { iss: 'https://issuer.example', aud: 'pinward', exp: seconds(60), ...claims, ...payload };
  return await new SignJWT(whole)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key);
}

describe('access tokens', () => {
  it('accepts a token of the trusted key', async () => {
    const caller = await verifier.verify(await token());
    expect(caller).toMatchObject({ tenantId: 'default', clientId: 'app', subject: 'person-1' });
    expect([...caller.scopes]).toEqual(['pin:set', 'pin:validate']);
  });

  it.each([
    ['other issuer', { payload: { iss: 'https://evil.example' } }],
    ['other audience', { payload: { aud: 'other' } }],
    ['other type', { header: { typ: 'JWT' } }],
    ['unknown kid', { header: { kid: 'k2' } }],
    ['no client', { payload: { client_id: undefined } }],
    ['no tenant', { payload: { tenant_id: undefined } }],
    ['scope of the wrong type', { payload: { scope: ['pin:set'] } }],
    ['no expiry', { payload: { exp: undefined } }],
    ['not yet valid', { payload: { nbf: seconds(60) } }],
    ['HMAC with public data', { header: { alg: 'HS256' }, key: new Uint8Array(32) }],
  ] as [string, Forgery][])('refuses: %s', async (_, forgery) => {
    await expect(verifier.verify(await token(forgery))).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('refuses another key, an unsigned token and a bent signature', async () => {
    const { privateKey: foreign } = await generateKeyPair('RS256');
    const bent = (await token()).replace(/.{4}$/, 'AAAA');
    for (const forged of [
      await token({ key: foreign }),
      new UnsecuredJWT(claims).encode(),
      bent,
      'x.y.z',
      'x',
    ]) {
      await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });

  it('tells an expired token from an invalid one', async () => {
    const expired = await token({ payload: { exp: seconds(-60) } });
    await expect(verifier.verify(expired)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('does not believe its cache beyond the expiry', async () => {
    const short = await token({ payload: { exp: seconds(30) } });
    await verifier.verify(short);
    now = new Date(NOW.getTime() + 40_000);
    await expect(verifier.verify(short)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    now = NOW;
  });
});
