import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../../scripts/service/api.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function certificate() {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }];
  const extensions = [{ name: 'subjectAltName' as const, altNames }];
  return await generate([{ name: 'commonName', value: '127.0.0.1' }], { keyType: 'ec', extensions });
}

const CLIENT = { clientId: 'card-app', clientSecret: 'pwcs_secret' };

let server: Server;
let baseUrl: string;
let ca: string;
const seen: Seen[] = [];

beforeAll(async () => {
  const own = await certificate();
  ca = own.cert;
  server = createServer({ key: own.private, cert: own.cert }, (request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    response.statusCode = request.url === '/wrong' ? 409 : 200;
    const token = request.url === '/v1/oauth/token' ? { access_token: 'a.b.c', expires_in: 900 } : {};
    response.end(JSON.stringify({ path: request.url, ...token }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

describe('Api', () => {
  it('answers status and parsed body, also of a refusal', async () => {
    const api = new Api({ baseUrl, ca }, CLIENT);
    expect(await api.get('/v1/pin-keys')).toMatchObject({ status: 200, body: { path: '/v1/pin-keys' } });
    expect(await api.post('/wrong', {})).toMatchObject({ status: 409, method: 'POST', path: '/wrong' });
  });

  it('sends the token, JSON, and another X-Request-ID with every POST', async () => {
    const api = new Api({ baseUrl, ca }, CLIENT);
    seen.length = 0;
    await api.post('/v1/cards', { cardRef: 'é' });
    await api.post('/v1/cards', { cardRef: 'é' });
    expect(seen[0]).toMatchObject({
      url: '/v1/oauth/token',
      headers: { authorization: `Basic ${Buffer.from('card-app:pwcs_secret').toString('base64')}` },
    });
    const headers = seen.slice(1).map((request) => request.headers);
    const expected = {
      authorization: 'Bearer a.b.c',
      'content-type': 'application/json',
      'content-length': '16',
    };
    expect(headers).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
    expect(new Set(headers.map((header) => header['x-request-id'])).size).toBe(2);
  });

  it('refuses a server whose certificate is not the one of var/dev.json', async () => {
    const other = await certificate();
    const api = new Api({ baseUrl, ca: other.cert }, CLIENT);
    seen.length = 0;
    await expect(api.get('/v1/pin-keys')).rejects.toMatchObject({
      name: 'Explained',
      message: expect.stringContaining('certificate'),
    });
    expect(seen).toEqual([]);
  });

  it('says how to start the service when nothing listens', async () => {
    const api = new Api({ baseUrl: 'https://127.0.0.1:9', ca }, CLIENT);
    await expect(api.get('/')).rejects.toMatchObject({
      name: 'Explained',
      message: expect.stringContaining('npm start'),
    });
  });
});
