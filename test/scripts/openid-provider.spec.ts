import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPERATOR_SCOPES } from '#libs/api-clients';
import { developmentCertificate } from '../../scripts/development/certificate.js';
import { readEnvironment } from '../../scripts/development/environment.js';
import { startOpenIdProvider, type OpenIdProvider } from '../../scripts/development/openid-provider.js';
import { memoryAdapter } from '../../scripts/development/openid-provider-memory.js';
import { PERSONS } from '../../scripts/development/openid-provider-persons.js';
import { developmentConsole } from '../../scripts/development/openid-provider-stage.js';
import { TestOpenIdProvider, type Browser } from '../rigs/openid-provider.js';

const CONSOLE = 'https://127.0.0.1:8443';
const CALLBACK = `${CONSOLE}/console/callback`;
const ALL = `openid profile ${OPERATOR_SCOPES.join(' ')}`;

const persons = [...PERSONS];
const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info'), vi.spyOn(console, 'error')];
let rig: TestOpenIdProvider;
let client: oidc.Configuration;

beforeAll(async () => {
  rig = await TestOpenIdProvider.start({ consoleUrl: CONSOLE, persons });
  const { issuer, clientId, clientSecret } = rig.provider;
  client = await oidc.discovery(new URL(issuer), clientId, {}, oidc.ClientSecretBasic(clientSecret), {
    [oidc.customFetch]: rig.fetch as unknown as oidc.CustomFetch,
  });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  for (const spy of printed) spy.mockRestore();
});

/** An authorization request, and how its answer becomes tokens. */
async function request(further: Readonly<Record<string, string>> = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: CALLBACK,
    scope: ALL,
    state: 'here',
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...further,
  });
  const checks = { expectedState: 'here', expectedNonce: nonce, idTokenExpected: true };
  const redeem = (callback: URL, pkceCodeVerifier = verifier) =>
    oidc.authorizationCodeGrant(client, callback, { ...checks, pkceCodeVerifier });
  return { url, redeem };
}

async function signIn(person: string, browser: Browser = rig.browser(), further = {}) {
  const { url, redeem } = await request(further);
  return await redeem(await browser.signIn(url, person));
}

/** As the service verifies it. */
async function verified(accessToken: string) {
  const { OIDC_KEYS_FILE = '', OIDC_ISSUER = '', OIDC_AUDIENCE = '' } = rig.provider.settings;
  const keys = createLocalJWKSet(JSON.parse(readFileSync(OIDC_KEYS_FILE, 'utf8')) as JSONWebKeySet);
  const { payload } = await jwtVerify(accessToken, keys, {
    algorithms: ['RS256'],
    typ: 'at+jwt',
    issuer: OIDC_ISSUER,
    audience: OIDC_AUDIENCE,
  });
  return payload;
}

const refusal = (error: string): unknown => expect.objectContaining({ error });

describe('the development provider', () => {
  it('signs a person in by a form without script, and says who it is', async () => {
    const browser = rig.browser();
    const { url, redeem } = await request();
    const form = await browser.visit(url);
    expect(form.page?.html).toContain('asks for no password');
    expect(form.page?.headers.get('content-security-policy')).toContain(`form-action 'self' ${CONSOLE}`);
    expect(form.page?.html).not.toMatch(/<script|https?:/);
    const { url: callback } = await browser.press(form, 'person', 'asha');
    expect(callback.href).toMatch(`${CALLBACK}?`);
    const claims = (await redeem(callback)).claims();
    expect(claims).toMatchObject({ sub: 'asha', name: 'Asha Rao', aud: 'pinward-console' });
    expect(Date.now() / 1_000 - Number(claims?.auth_time)).toBeLessThan(60);
  });

  it('gives access tokens with the rights of the person, for five minutes', async () => {
    const tokens = await signIn('lena');
    const claims = await verified(tokens.access_token);
    expect(claims).toMatchObject({
      sub: 'lena',
      client_id: 'pinward-console',
      tenant_id: 'default',
      scope: 'ops:read',
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
    const { scope } = await verified((await signIn('ravi')).access_token);
    expect(String(scope).split(' ').toSorted()).toEqual(OPERATOR_SCOPES.toSorted());
  });

  it('remembers a login, but asks again where max_age is 0 or prompt is login', async () => {
    const browser = rig.browser();
    await signIn('asha', browser);
    const again = await request();
    const { url: callback } = await browser.visit(again.url);
    expect((await again.redeem(callback)).claims()?.sub).toBe('asha');
    for (const wish of [{ max_age: '0' }, { prompt: 'login' }, { max_age: '0', prompt: 'login' }]) {
      const fresh = await request(wish);
      const form = await browser.visit(fresh.url);
      expect(form.page?.html).toContain('name="person"');
      const { url } = await browser.press(form, 'person', 'asha');
      expect((await fresh.redeem(url)).claims()?.sub).toBe('asha');
    }
  });

  it('lets another person sign in at the same browser, which ends the login before', async () => {
    const browser = rig.browser();
    const before = await signIn('asha', browser);
    const after = await signIn('ravi', browser, { prompt: 'login' });
    expect(after.claims()?.sub).toBe('ravi');
    await expect(oidc.refreshTokenGrant(client, before.refresh_token ?? '')).rejects.toEqual(
      refusal('invalid_grant'),
    );
  });

  it('names the authentication context that was asked for, and none otherwise', async () => {
    expect((await signIn('asha', undefined, { acr_values: 'phr' })).claims()?.['acr']).toBe('phr');
    expect((await signIn('asha')).claims()?.['acr']).toBeUndefined();
  });

  it('rotates refresh tokens, and takes none twice', async () => {
    const first = await signIn('asha');
    const second = await oidc.refreshTokenGrant(client, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await verified(second.access_token)).toMatchObject({ sub: 'asha', tenant_id: 'default' });
    await expect(oidc.refreshTokenGrant(client, first.refresh_token ?? '')).rejects.toEqual(
      refusal('invalid_grant'),
    );
    await expect(
      oidc.refreshTokenGrant(client, second.refresh_token ?? ''),
      'whoever used one twice has lost all of them',
    ).rejects.toEqual(refusal('invalid_grant'));
  });

  it('looks up the rights for each token anew', async () => {
    const [asha] = persons.splice(0, 1);
    if (asha === undefined) throw new Error('no asha');
    persons.unshift({ ...asha, tenantId: 'acme' });
    const before = await signIn('asha');
    persons[0] = { ...asha, tenantId: 'acme', scopes: ['audit:read'] };
    const after = await oidc.refreshTokenGrant(client, before.refresh_token ?? '');
    expect(await verified(after.access_token)).toMatchObject({ scope: 'audit:read', tenant_id: 'acme' });
    persons.shift();
    await expect(oidc.refreshTokenGrant(client, after.refresh_token ?? '')).rejects.toEqual(
      refusal('invalid_grant'),
    );
    persons.unshift(asha);
  });

  it('takes a code once, and only with its verifier', async () => {
    const { url, redeem } = await request();
    const stolen = await rig.browser().signIn(url, 'asha');
    await expect(redeem(stolen, oidc.randomPKCECodeVerifier())).rejects.toEqual(refusal('invalid_grant'));
    const other = await request();
    const callback = await rig.browser().signIn(other.url, 'asha');
    const tokens = await other.redeem(callback);
    await expect(other.redeem(callback)).rejects.toEqual(refusal('invalid_grant'));
    await expect(
      oidc.refreshTokenGrant(client, tokens.refresh_token ?? ''),
      'what the code gave ends with it',
    ).rejects.toEqual(refusal('invalid_grant'));
  });

  it('sends nobody to an address that is not the console', async () => {
    for (const redirect_uri of ['https://attacker.example/console/callback', `${CALLBACK}/other`]) {
      const { page } = await rig.browser().visit((await request({ redirect_uri })).url);
      expect(page?.status).toBe(400);
      expect(page?.html).toContain('invalid_redirect_uri');
    }
  });

  it('refuses a request without S256', async () => {
    const { url } = await request();
    const without = new URL(url);
    without.searchParams.delete('code_challenge');
    without.searchParams.delete('code_challenge_method');
    const plain = (await request({ code_challenge_method: 'plain' })).url;
    for (const address of [without, plain]) {
      const { url: callback, page } = await rig.browser().visit(address);
      expect(page).toBeNull();
      expect(callback.searchParams.get('error')).toBe('invalid_request');
      expect(callback.searchParams.get('code')).toBeNull();
    }
  });

  it('refuses a client without the right secret, and resources that are not the service', async () => {
    const { url } = await request();
    const code = (await rig.browser().signIn(url, 'asha')).searchParams.get('code') ?? '';
    const answer = await rig.fetch(client.serverMetadata().token_endpoint ?? '', {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('pinward-console:guessed').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK }),
    });
    expect([answer.status, await answer.json()]).toEqual([401, refusal('invalid_client')]);
    const elsewhere = await rig
      .browser()
      .visit((await request({ resource: 'https://elsewhere.example' })).url);
    expect(elsewhere.url.searchParams.get('error')).toBe('invalid_target');
  });

  it('tells the console that the person has cancelled', async () => {
    const browser = rig.browser();
    const form = await browser.visit((await request()).url);
    const { url } = await browser.press(form, 'cancel', 'yes');
    expect(url.searchParams.get('error')).toBe('access_denied');
  });

  it('shows the form again for a person it does not know, and no form outside of a login', async () => {
    const browser = rig.browser();
    const form = await browser.visit((await request()).url);
    const { page } = await browser.visit(form.url, { method: 'POST', body: 'person=mallory' });
    expect(page?.status).toBe(400);
    const { page: foreign } = await rig.browser().visit(form.url);
    expect([foreign?.status, foreign?.html.includes('name="person"')]).toEqual([400, false]);
  });

  it('signs out, back to the console', async () => {
    const browser = rig.browser();
    const tokens = await signIn('asha', browser);
    const page = await browser.visit(
      oidc.buildEndSessionUrl(client, {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: `${CONSOLE}/console/signed-out`,
      }),
    );
    const { url } = await browser.press(page, 'logout', 'yes');
    expect(url.href).toBe(`${CONSOLE}/console/signed-out`);
    await expect(oidc.refreshTokenGrant(client, tokens.refresh_token ?? '')).rejects.toEqual(
      refusal('invalid_grant'),
    );
  });

  it('stays signed in, back to the console, who does not sign out here', async () => {
    const browser = rig.browser();
    const { id_token } = await signIn('asha', browser);
    const page = await browser.visit(
      oidc.buildEndSessionUrl(client, {
        id_token_hint: id_token ?? '',
        post_logout_redirect_uri: `${CONSOLE}/console/signed-out`,
      }),
    );
    expect((await browser.press(page, 'stay', 'yes')).url.href).toBe(`${CONSOLE}/console/signed-out`);
    const again = await request();
    const { url: callback } = await browser.visit(again.url);
    expect((await again.redeem(callback)).claims()?.sub).toBe('asha');
  });

  it('asks who it is where the person of the login was taken off the list', async () => {
    const browser = rig.browser();
    await signIn('lena', browser);
    const lena = persons.pop();
    if (lena?.subject !== 'lena') throw new Error('no lena');
    try {
      const { url, redeem } = await request();
      const form = await browser.visit(url);
      expect(form.page?.status).toBe(200);
      expect(form.page?.html).not.toContain('value="lena"');
      const { url: callback } = await browser.press(form, 'person', 'ravi');
      expect((await redeem(callback)).claims()?.sub).toBe('ravi');
    } finally {
      persons.push(lena);
    }
  });

  it('revokes a refresh token', async () => {
    const { refresh_token: token = '' } = await signIn('asha');
    await oidc.tokenRevocation(client, token);
    await expect(oidc.refreshTokenGrant(client, token)).rejects.toEqual(refusal('invalid_grant'));
  });

  it('answers under the name localhost too', async () => {
    const metadata = new URL(`${rig.provider.issuer}/.well-known/openid-configuration`);
    metadata.hostname = 'localhost';
    expect(await (await rig.fetch(metadata)).json()).toMatchObject({
      issuer: rig.provider.issuer,
      code_challenge_methods_supported: ['S256'],
    });
    const { status } = await rig.fetch(new URL('/', metadata));
    expect(status).toBe(404);
  });

  it('keeps its secrets to its owner, and shows only the public part of its key', () => {
    const { OIDC_KEYS_FILE = '', CONSOLE_OIDC_CLIENT_SECRET_FILE = '' } = rig.provider.settings;
    expect(statSync(CONSOLE_OIDC_CLIENT_SECRET_FILE).mode & 0o777).toBe(0o600);
    expect(statSync(OIDC_KEYS_FILE.replace('public-keys', 'signing-key')).mode & 0o777).toBe(0o600);
    const { keys } = JSON.parse(readFileSync(OIDC_KEYS_FILE, 'utf8')) as JSONWebKeySet;
    expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('has nothing to warn of', () => {
    expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });
});

describe('the console of the development service', () => {
  it.each(['OIDC_ISSUER', 'OIDC_KEYS_URL', 'CONSOLE_OIDC_CLIENT_ID'])(
    'signs in at the provider of the caller, who has set %s',
    async (name) => {
      const environment = readEnvironment({ [name]: 'https://provider.example' });
      const certificate = { certificateFile: 'none', keyFile: 'none' };
      expect(await developmentConsole(environment, certificate, 'built')).toBeNull();
    },
  );
});

describe('its memory', () => {
  it('forgets what has expired, what was destroyed, and all that one grant has given', async () => {
    const memory = memoryAdapter()('RefreshToken');
    await memory.upsert('kept', { grantId: 'one', uid: 'browser' }, 60);
    await memory.upsert('revoked', { grantId: 'two' }, 60);
    await memory.upsert('destroyed', { grantId: 'one' }, 60);
    await memory.upsert('expired', { grantId: 'one' }, 0.001);
    await memory.revokeByGrantId('two');
    await memory.destroy('destroyed');
    await expect.poll(() => memory.find('expired')).toBeUndefined();
    for (const id of ['revoked', 'destroyed']) expect([id, await memory.find(id)]).toEqual([id, undefined]);
    expect(await memory.findByUid('browser')).toEqual(await memory.find('kept'));
    expect(await memoryAdapter()('Session').find('kept')).toBeUndefined();
  });
});

describe('the end of the development provider', () => {
  it('ends connections that wait, and the next start has its port, key and secret', async () => {
    using folder = mkdtempDisposable();
    const certificate = await developmentCertificate(join(folder.path, 'tls'), new Date());
    const start = () =>
      startOpenIdProvider({
        directory: join(folder.path, 'provider'),
        secrets: join(folder.path, 'secrets'),
        certificate,
        consoleUrl: CONSOLE,
      });
    const keysOf = ({ settings }: OpenIdProvider) => readFileSync(settings['OIDC_KEYS_FILE'] ?? '', 'utf8');

    const first = await start();
    const keys = keysOf(first);
    const silent = connect(Number(new URL(first.issuer).port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await first[Symbol.asyncDispose]();
    await closed;

    await using second = await start();
    expect(second).toMatchObject({ issuer: first.issuer, clientSecret: first.clientSecret });
    expect(keysOf(second)).toBe(keys);
  });

  it('takes another port where its own is taken meanwhile', async () => {
    using folder = mkdtempDisposable();
    const certificate = await developmentCertificate(join(folder.path, 'tls'), new Date());
    mkdirSync(join(folder.path, 'provider'));
    writeFileSync(join(folder.path, 'provider/port'), new URL(rig.provider.issuer).port);
    await using other = await startOpenIdProvider({
      directory: join(folder.path, 'provider'),
      secrets: join(folder.path, 'secrets'),
      certificate,
      consoleUrl: CONSOLE,
    });
    expect(other.issuer).not.toBe(rig.provider.issuer);
  });
});

function mkdtempDisposable() {
  const path = mkdtempSync(join(tmpdir(), 'pinward-provider-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
