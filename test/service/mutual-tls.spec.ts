import { createHash, X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { sendRequest } from '../rigs/service-request.js';
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
  await expect.poll(fresh, { timeout: 20_000, interval: 50 }).toBe(200);
  // Over the connection that existed before.
  expect(await service.request('GET', '/health/live')).toMatchObject({ status: 200 });
});

function copyOf(file: string, name: string): string {
  const copy = join(folder, name);
  copyFileSync(file, copy);
  return copy;
}
