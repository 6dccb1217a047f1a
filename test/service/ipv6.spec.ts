import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostInUrl, loopbackOf } from '../../scripts/network/loopback.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const HERE = '::1';
const PER_ADDRESS = 20;
const isThere = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === HERE),
);
if (!isThere) console.warn('NOT TESTED: this machine has no ::1');

describe.skipIf(!isThere)('a service whose loopback is IPv6', () => {
  let kit: ServiceKit;
  let database: Server;
  let service: ServiceProcess;
  beforeAll(async () => {
    kit = await ServiceKit.open();
    const { hostname, port } = new URL(kit.database.serviceUrl);
    database = createServer((socket) => {
      const server = connect(Number(port), hostname);
      socket.pipe(server).pipe(socket);
      for (const each of [socket, server]) each.on('error', () => each.destroy());
    });
    await once(database.listen(0, HERE), 'listening');
    const url = new URL(kit.database.serviceUrl);
    url.hostname = `[${HERE}]`;
    url.port = String((database.address() as AddressInfo).port);
    service = await ServiceProcess.start({
      identity: kit.identity,
      token: kit.token,
      databaseUrl: url.href,
      environment: {
        HOST: HERE,
        INTERNAL_HOST: HERE,
        INTERNAL_PORT: '0',
        ADMIN_PORT: '0',
        TRUSTED_PROXIES: `${HERE}/128`,
        RATE_LIMIT_ADDRESS_PER_MINUTE: String(PER_ADDRESS),
        LOG_FORMAT: 'json',
      },
    });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    database.close();
    await kit[Symbol.asyncDispose]();
  });

  const readCard = async (cardId: string, source: string) =>
    (
      await service.request('GET', `/v1/cards/${cardId}`, {
        token: kit.cardApp,
        headers: { 'x-forwarded-for': source },
      })
    ).status;

  it('listens there, reaches its database there, and validates a PIN', async () => {
    expect(service.baseUrl).toMatch(/^https:\/\/\[::1\]:\d+$/);
    expect(service.urlOf('operators')).toMatch(/^https:\/\/\[::1\]:\d+$/);
    const health = await service.request('GET', `${service.urlOf('internal')}/health/ready`);
    expect(health).toMatchObject({ status: 200, body: { status: 'ready', database: true } });
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const answer = await service.request('POST', `/v1/cards/${card.cardId}/pin/validate`, {
      token: kit.cardApp,
      body: { encryptedPin: await kit.encrypt(pin, card) },
      headers: { 'x-request-id': randomUUID() },
    });
    expect(answer).toMatchObject({ status: 200, body: { verified: true } });
    await expect.poll(() => service.output).toMatch(/"source":"::1".*pin\/validate"/);
  });

  it('counts a network of callers as one, and lets clients in from their ranges alone', async () => {
    const { cardId } = await kit.register();
    const statuses = await Promise.all(
      Array.from({ length: PER_ADDRESS + 10 }, (_, host) => readCard(cardId, `2001:db8:1:2::${host + 1}`)),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(PER_ADDRESS);
    expect(await readCard(cardId, '2001:db8:1:3::1')).toBe(200);
    const { clientId, clientSecret } = await kit.newClient({ allowedAddresses: ['2001:db8:9::/48'] });
    const tokenFrom = async (source: string) =>
      (
        await service.request('POST', '/v1/oauth/token', {
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: clientId,
            client_secret: clientSecret,
          }).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': source },
        })
      ).status;
    expect([await tokenFrom('2001:db8:9:5::1'), await tokenFrom('2001:db8:a::1')]).toEqual([200, 401]);
  });

  it('names an address of a database where no server listens', async () => {
    await using refused = ServiceProcess.launch({
      identity: kit.identity,
      token: kit.token,
      databaseUrl: `postgresql://role:secret@[${HERE}]:1/pinward`,
    });
    expect(await refused.lastWords()).toMatch(/nobody listens at \[?::1\]? on port 1/);
  });
});

describe('the loopback of development parts', () => {
  const address = (of: string, internal = true) => ({
    address: of,
    netmask: '',
    mac: '',
    internal,
    cidr: null,
    ...(of.includes(':') ? ({ family: 'IPv6', scopeid: 0 } as const) : ({ family: 'IPv4' } as const)),
  });

  it('is 127.0.0.1 wherever there is one, else ::1', () => {
    expect(loopbackOf({ lo: [address('127.0.0.1'), address('::1')] })).toBe('127.0.0.1');
    expect(loopbackOf({ lo: [address('::1')], eth0: [address('192.0.2.1', false)] })).toBe('::1');
    expect(loopbackOf({})).toBe('127.0.0.1');
    expect([hostInUrl('::1'), hostInUrl('127.0.0.1')]).toEqual(['[::1]', '127.0.0.1']);
  });
});
