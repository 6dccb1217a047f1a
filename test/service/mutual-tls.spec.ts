import { createHash, X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '../clients/signing-keys.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { sendRequest } from '../rigs/service-request.js';
import { BUILT_IN_ISSUER } from '../rigs/test-identity.js';
import { ServiceKit } from './service-kit.js';

interface Client {
  readonly agent: Agent;
  readonly certificate: string;
  readonly thumbprint: string;
}

const folder = mkdtempSync(join(tmpdir(), 'pinward-clients-'));
const authorities = join(folder, 'authorities.pem');

let kit: ServiceKit;
let none: Agent;
let own: Client;
let other: Client;
let stranger: Client;

async function client(name: string, ca: string): Promise<Client> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }]);
  const thumbprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('base64url');
  return { agent: new Agent({ ca, cert, key, keepAlive: false }), certificate: cert, thumbprint };
}

beforeAll(async () => {
  // Self-signed certificates are authorities of their own; the file has to be there before the service.
  const [first, second] = [await client('own', ''), await client('other', '')];
  writeFileSync(authorities, `${first.certificate}\n${second.certificate}\n`);
  kit = await ServiceKit.open({
    TLS_CLIENT_CA_FILE: authorities,
    TLS_CLIENT_CERTIFICATES: 'optional',
    ADMIN_PORT: '0',
  });
  const trusting = ({ agent, ...rest }: Client): Client => ({
    ...rest,
    agent: new Agent({ ...agent.options, ca: kit.identity.certificate }),
  });
  none = new Agent({ ca: kit.identity.certificate, keepAlive: false });
  [own, other] = [trusting(first), trusting(second)];
  stranger = await client('stranger', kit.identity.certificate);
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function ask(agent: Agent, token?: string, url = kit.service.baseUrl): Promise<ServiceResponse> {
  const target = { method: 'GET', url: new URL('/v1/pin-keys', url), agent };
  return await sendRequest(target, token === undefined ? {} : { token });
}

describe('a token that is bound to a certificate (RFC 8705)', () => {
  let bound: string;
  beforeAll(async () => {
    bound = await kit.identity.tokenFor({ scopes: ['pin:set'], certificateThumbprint: own.thumbprint });
  });

  it('is accepted over a connection with that certificate', async () => {
    expect(await ask(own.agent, bound)).toMatchObject({ status: 200 });
  });

  it.each([
    ['none', () => none],
    ['another one of the same authorities', () => other.agent],
    ['a stranger’s', () => stranger.agent],
  ])('is worth nothing with %s', async (_, agent) => {
    expect(await ask(agent(), bound)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    // The verified token is cached by now; its binding is asked for all the same.
    expect(await ask(own.agent, bound)).toMatchObject({ status: 200 });
    expect(await ask(agent(), bound)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });

  it('is worth nothing with the same certificate where no authority vouches for it', async () => {
    const certificateThumbprint = stranger.thumbprint;
    const token = await kit.identity.tokenFor({ scopes: ['pin:set'], certificateThumbprint });
    expect(await ask(stranger.agent, token)).toMatchObject({ status: 401 });
  });

  it('is bound on the operators’ listener too', async () => {
    const token = await kit.identity.tokenFor({
      scopes: ['ops:read'],
      certificateThumbprint: own.thumbprint,
    });
    const url = new URL('/v1/admin/cards', kit.service.urlOf('operators'));
    expect(await sendRequest({ method: 'GET', url, agent: own.agent }, { token })).toMatchObject({
      status: 200,
    });
    expect(await sendRequest({ method: 'GET', url, agent: none }, { token })).toMatchObject({ status: 401 });
  });
});

describe('a client that is registered with its certificate (RFC 8705, section 2)', () => {
  const FORM = 'application/x-www-form-urlencoded';
  let clientId: string;
  beforeAll(async () => {
    clientId = await kit.newKeyClient({ certificates: [own.certificate] }, { scopes: ['pin:set'] });
  });

  const post = async (agent: Agent, path: string, form: Readonly<Record<string, string>>) => {
    const target = { method: 'POST', url: new URL(path, kit.service.baseUrl), agent };
    const body = new URLSearchParams(form).toString();
    return await sendRequest(target, { body, headers: { 'content-type': FORM } });
  };
  const tokenFor = async (agent: Agent, id = clientId, more = {}) =>
    await post(agent, '/v1/oauth/token', { grant_type: 'client_credentials', client_id: id, ...more });

  it('gets a token by its name and connection, bound to the certificate', async () => {
    const answer = await tokenFor(own.agent);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'pin:set' } });
    const { access_token: token } = answer.body as { access_token: string };
    expect(decodeJwt(token)).toMatchObject({ cnf: { 'x5t#S256': own.thumbprint } });
    expect(await ask(own.agent, token)).toMatchObject({ status: 200 });
    for (const thief of [none, other.agent, stranger.agent])
      expect(await ask(thief, token)).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
  });

  it.each<[string, () => Agent, () => Promise<string>]>([
    ['without a certificate', () => none, async () => clientId],
    ['with another one of the same authorities', () => other.agent, async () => clientId],
    [
      'with its own, where no authority vouches for it',
      () => stranger.agent,
      () => kit.newKeyClient({ certificates: [stranger.certificate] }),
    ],
    [
      'under the name of a client with a secret',
      () => own.agent,
      async () => (await kit.newClient()).clientId,
    ],
    ['under a name that nobody has', () => own.agent, async () => 'nobody-here'],
    [
      'from another address than its own',
      () => own.agent,
      () => kit.newKeyClient({ certificates: [own.certificate] }, { allowedAddresses: ['192.0.2.0/24'] }),
    ],
  ])('is nobody %s', async (_, agent, id) => {
    expect(await tokenFor(agent(), await id())).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('is nobody without the tenant’s name where two tenants have the same client', async () => {
    const id = 'same-certificate-in-two';
    for (const tenantId of ['default', 'other'])
      await kit.newKeyClient({ certificates: [own.certificate] }, { clientId: id, tenantId });
    expect(await tokenFor(own.agent, id)).toMatchObject({ status: 401 });
    expect(await tokenFor(own.agent, id, { tenant_id: 'other' })).toMatchObject({ status: 200 });
  });

  it('changes its own certificate by the current one', async () => {
    const id = await kit.newKeyClient({ certificates: [own.certificate] });
    const keys = JSON.stringify({ certificates: [other.certificate] });
    const change = async (agent: Agent) =>
      await post(agent, '/v1/clients/self/rotate-keys', { client_id: id, keys });
    expect(await change(other.agent)).toMatchObject({
      status: 401,
      body: { code: 'CLIENT_AUTHENTICATION_FAILED' },
    });
    expect(await change(own.agent)).toMatchObject({
      status: 200,
      body: {
        keys: [
          { method: 'tls_client_auth', thumbprints: [other.thumbprint] },
          { thumbprints: [own.thumbprint], expiresAt: expect.stringMatching(/Z$/) },
        ],
      },
    });
    for (const agent of [own.agent, other.agent])
      expect(await tokenFor(agent, id)).toMatchObject({ status: 200 });
    // A certificate vouches for certificates alone.
    const key = await SigningKey.make();
    const asKey = { client_id: id, keys: JSON.stringify({ jwks: key.set }) };
    expect(await post(other.agent, '/v1/clients/self/rotate-keys', asKey)).toMatchObject({
      status: 409,
      body: { code: 'CREDENTIAL_NOT_HELD' },
    });
  });

  it('may show a DPoP proof besides: then both are asked for', async () => {
    const key = await SigningKey.make();
    const url = `${kit.service.baseUrl}/v1/oauth/token`;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId }).toString();
    const withProof = async (nonce?: string) => {
      const headers = { 'content-type': FORM, dpop: await key.proof('POST', url, { nonce }) };
      return await sendRequest(
        { method: 'POST', url: new URL(url), agent: own.agent },
        { body: form, headers },
      );
    };
    const nonce = String((await withProof()).headers['dpop-nonce']);
    const { access_token: token } = (await withProof(nonce)).body as { access_token: string };
    expect(decodeJwt(token)).toMatchObject({ cnf: { 'x5t#S256': own.thumbprint, jkt: expect.any(String) } });
    const call = async (agent: Agent, proven: boolean) => {
      const target = new URL('/v1/pin-keys', kit.service.baseUrl);
      const proof = await key.proof('GET', target.href, { token, nonce });
      const headers = { authorization: `DPoP ${token}`, ...(proven ? { dpop: proof } : {}) };
      return (await sendRequest({ method: 'GET', url: target, agent }, { headers })).status;
    };
    expect([
      await call(own.agent, true),
      await call(own.agent, false),
      await call(other.agent, true),
    ]).toEqual([200, 401, 401]);
  });

  it('finds in the metadata how it may prove itself (RFC 8414)', async () => {
    const url = new URL('/.well-known/oauth-authorization-server', kit.service.baseUrl);
    expect(await sendRequest({ method: 'GET', url, agent: none }, {})).toMatchObject({
      status: 200,
      body: {
        issuer: BUILT_IN_ISSUER,
        token_endpoint: `${kit.service.baseUrl}/v1/oauth/token`,
        token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'tls_client_auth']),
        dpop_signing_alg_values_supported: ['PS256', 'ES256', 'EdDSA'],
        tls_client_certificate_bound_access_tokens: true,
      },
    });
  });
});

describe('client certificates', () => {
  it('are optional where that is said: an unbound token is accepted without one', async () => {
    expect(await ask(none, kit.cardApp)).toMatchObject({ status: 200 });
  });

  it('are required otherwise, for card apps and operators; internal has no TLS', async () => {
    await using service = await ServiceProcess.start({
      ...kit,
      databaseUrl: kit.database.serviceUrl,
      environment: { TLS_CLIENT_CA_FILE: authorities, ADMIN_PORT: '0', INTERNAL_PORT: '0' },
    });
    for (const url of [service.baseUrl, service.urlOf('operators')]) {
      await expect(ask(none, kit.cardApp, url)).rejects.toThrow(
        /certificate required|socket hang up|ECONNRESET/,
      );
      await expect(ask(stranger.agent, kit.cardApp, url)).rejects.toThrow();
    }
    expect(await ask(own.agent, kit.cardApp, service.baseUrl)).toMatchObject({ status: 200 });
    expect(await ask(own.agent, kit.cardApp, service.urlOf('operators'))).toMatchObject({ status: 404 });
    const live = await service.request('GET', `${service.urlOf('internal')}/health/live`);
    expect(live.status).toBe(200);
  });
});

it('the running service takes a new certificate into use by itself', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  await using service = await ServiceProcess.start({
    ...kit,
    databaseUrl: kit.database.serviceUrl,
    environment: {
      TLS_CERT_FILE: copyOf(kit.identity.certificateFile, 'cert.pem'),
      TLS_KEY_FILE: copyOf(kit.identity.keyFile, 'key.pem'),
    },
  });
  expect(await service.request('GET', '/health/live')).toMatchObject({ status: 200 });
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'cert.pem'), cert);
  const fresh = async () =>
    await ask(
      new Agent({ ca: cert, checkServerIdentity: () => undefined, keepAlive: false }),
      kit.cardApp,
      service.baseUrl,
    ).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(fresh).toBe(200);
  // Over the connection that existed before.
  expect(await service.request('GET', '/health/live')).toMatchObject({ status: 200 });
});

function copyOf(file: string, name: string): string {
  const copy = join(folder, name);
  copyFileSync(file, copy);
  return copy;
}
