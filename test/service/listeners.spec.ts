import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { connectTo, rawExchange, type RawAnswer } from '../support/raw-http.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

/** The shape of production; the internal zone leaves the main listener there only. */
let kit: ServiceKit;
let cardApps: string;
let operators: string;
let internal: string;

beforeAll(async () => {
  kit = await ServiceKit.open({ ADMIN_PORT: '0', INTERNAL_PORT: '0' });
  cardApps = kit.service.baseUrl;
  operators = kit.service.urlOf('operators');
  internal = kit.service.urlOf('internal');
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** What a caller can tell answers apart by. */
function comparable([answer]: readonly RawAnswer[]): unknown {
  const { date, 'x-request-id': id, ...headers } = answer?.headers ?? {};
  expect(date).toBeDefined();
  expect(id).toBeDefined();
  return { status: answer?.status, headers, names: Object.keys(answer?.headers ?? {}), body: answer?.body };
}

async function ask(url: string, method: string, path: string, more: readonly string[] = [], body = '') {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...length, ...more];
  return await rawExchange(url, `${head.join('\r\n')}\r\n\r\n${body}`, { ca: kit.identity.certificate });
}

async function statusOf(url: string, path: string, token?: string): Promise<number> {
  return (await kit.service.request('GET', `${url}${path}`, token === undefined ? {} : { token })).status;
}

describe('each listener', () => {
  it('serves its own zone', async () => {
    expect(await statusOf(cardApps, '/v1/pin-keys', kit.cardApp)).toBe(200);
    expect(await statusOf(operators, '/v1/admin/cards', kit.operator)).toBe(200);
    expect(await statusOf(internal, '/health/live')).toBe(200);
    expect(await statusOf(internal, '/health/ready')).toBe(200);
    expect(internal).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(operators).toMatch(/^https:/);
  });

  it('outside production serves health on the main one too', async () => {
    expect(await statusOf(cardApps, '/health/live')).toBe(200);
    expect(await statusOf(operators, '/health/live')).toBe(404);
  });

  it('knows no other zone, whichever client asks', async () => {
    expect(await statusOf(cardApps, '/v1/admin/cards', kit.operator)).toBe(404);
    expect(await statusOf(operators, '/v1/pin-keys', kit.cardApp)).toBe(404);
    expect(await statusOf(internal, '/v1/pin-keys', kit.cardApp)).toBe(404);
    expect(await statusOf(internal, '/v1/admin/cards', kit.operator)).toBe(404);
  });
});

describe('a route of another zone answers as a path that does not exist', () => {
  const card = '/v1/admin/cards/3f2504e0-4f89-41d3-9a0c-0305e82c3301';

  it.each(METHODS)('%s', async (method) => {
    const unknown = comparable(await ask(cardApps, method, '/v1/nowhere/cards'));
    expect(unknown).toMatchObject({ status: 404 });
    for (const path of [
      '/v1/admin/cards',
      card,
      `${card}/unlock`,
      '/v1/admin/clients',
      '/v1/%61dmin/cards',
    ]) {
      expect(comparable(await ask(cardApps, method, path)), path).toEqual(unknown);
    }
    const elsewhere = comparable(await ask(internal, method, '/nowhere'));
    for (const path of ['/v1/cards', '/v1/oauth/token', '/v1/pin-keys', '/v1/admin/cards']) {
      expect(comparable(await ask(internal, method, path)), path).toEqual(elsewhere);
    }
  });

  it.each([
    ['no JSON', 'Content-Type: application/json', '{'],
    ['a form', 'Content-Type: application/x-www-form-urlencoded', 'a=b'],
    ['text', 'Content-Type: text/plain', 'x'],
    ['no type', 'X-None: 1', 'x'],
    ['too much', 'Content-Type: application/json', 'x'.repeat(17_000)],
    ['another charset', 'Content-Type: application/json; charset=latin1', '{}'],
  ])('also with a body: %s', async (_, type, body) => {
    const unknown = comparable(await ask(internal, 'POST', '/nowhere', [type], body));
    for (const path of ['/v1/oauth/token', '/v1/cards', `${card}/unlock`]) {
      expect(comparable(await ask(internal, 'POST', path, [type], body)), path).toEqual(unknown);
    }
  });

  it.each([
    ['x'.repeat(300)],
    ['x'.repeat(3_000)],
    ['%zz'],
    ['%c3%28'],
    ['a%2fb'],
    ['..'],
    ['?a=b'],
    ['%00'],
    ['/'],
  ])('also behind it: %j', async (end) => {
    const unknown = comparable(await ask(cardApps, 'GET', `/v1/nowhere/cards/${end}`));
    expect(comparable(await ask(cardApps, 'GET', `/v1/admin/cards/${end}`))).toEqual(unknown);
    expect(comparable(await ask(internal, 'GET', `/v1/cards/${end}`))).toEqual(unknown);
  });

  it('also with a token that would be accepted there', async () => {
    const bearer = [`Authorization: Bearer ${kit.operator}`];
    const hidden = comparable(await ask(cardApps, 'GET', '/v1/admin/cards', bearer));
    expect(hidden).toEqual(comparable(await ask(cardApps, 'GET', '/v1/nowhere', bearer)));
  });

  it('and a wrong method tells the methods of its own zone alone', async () => {
    const [own] = await ask(operators, 'DELETE', '/v1/admin/cards');
    expect(own).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    const [other] = await ask(cardApps, 'DELETE', '/v1/cards');
    expect(other?.headers['allow']).toContain('POST');
  });
});

describe('in development', () => {
  const started = async (environment: Readonly<Record<string, string>>) =>
    await ServiceProcess.start({ ...kit, databaseUrl: kit.database.serviceUrl, environment });

  it('a zone without a port shares the main listener', async () => {
    await using service = await started({});
    const url = service.baseUrl;
    for (const [path, token] of [
      ['/health/live'],
      ['/v1/pin-keys', kit.cardApp],
      ['/v1/admin/cards', kit.operator],
    ]) {
      const answer = await service.request('GET', `${url}${path}`, token === undefined ? {} : { token });
      expect(answer.status, path).toBe(200);
    }
    expect(service.output).not.toMatch(/operators|internal listens/);
  });

  it('plain HTTP is possible on a loopback address, without certificates', async () => {
    await using service = await started({ TLS_MODE: 'off', TLS_CERT_FILE: '/nowhere', ADMIN_PORT: '0' });
    expect(service.baseUrl).toMatch(/^http:/);
    expect(service.urlOf('operators')).toMatch(/^http:/);
    const token = kit.cardApp;
    expect(await service.request('GET', '/v1/pin-keys', { token })).toMatchObject({ status: 200 });
  });
});

it('plain HTTP on a TLS port is closed at once', async () => {
  const socket = connectTo(cardApps.replace('https:', 'http:'));
  socket.on('error', () => undefined).resume();
  socket.write(`GET /${randomUUID()} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
  expect(socket.bytesRead).toBeLessThan(100);
});

it('takes no more connections than MAX_CONNECTIONS, and others again when those have gone', async () => {
  const environment = { MAX_CONNECTIONS: '2', TLS_MODE: 'off', INTERNAL_PORT: '0' };
  await using service = await ServiceProcess.start({
    identity: kit.identity,
    token: kit.token,
    databaseUrl: kit.database.serviceUrl,
    environment,
  });
  const probe = async () =>
    (
      await rawExchange(
        service.baseUrl,
        'GET /v1/none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      ).catch(() => [])
    ).length;
  const idle = [connectTo(service.baseUrl), connectTo(service.baseUrl)];
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  expect(await probe()).toBe(0);
  // Probes have a listener of their own: they are not shut out.
  const live = await service.request('GET', `${service.urlOf('internal')}/health/live`);
  expect(live.status).toBe(200);
  for (const socket of idle) socket.destroy();
  await until('a connection is taken again', async () => (await probe()) !== 0);
});
