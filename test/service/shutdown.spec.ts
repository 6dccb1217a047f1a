import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { gate, PgProxy } from '../rigs/pg-proxy.js';
import { randomPin } from '../support/random-pin.js';
import { connectTo } from '../support/raw-http.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const IN_FLIGHT = 50;
const SPEND = /pinward_spend\w*\(/;
const SETTLE = /pinward_settle\w*\(/;

/** Makes cards, and looks at them past the service that is stopped. */
let kit: ServiceKit;

beforeAll(async () => {
  kit = await ServiceKit.open(FEW_WEAK_PINS);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

/** Another service on the same cards, whose statements can be held up. */
async function start(proxy: PgProxy, environment: Readonly<Record<string, string>> = {}) {
  const databaseUrl = proxy.url(kit.database.serviceUrl);
  return await ServiceProcess.start({
    ...kit,
    databaseUrl,
    environment: { INTERNAL_PORT: '0', ...environment },
  });
}

async function validate(service: ServiceProcess, card: KnownCard, pin: string): Promise<ServiceResponse> {
  const body = { encryptedPin: await kit.encrypt(pin, card) };
  return await service.request('POST', `/v1/cards/${card.cardId}/pin/validate`, { token: kit.cardApp, body });
}

async function untilTriesAre(cards: readonly KnownCard[], tries: number): Promise<void> {
  const all = async () => [
    ...new Set(await Promise.all(cards.map(async (card) => await kit.triesRemaining(card)))),
  ];
  await expect.poll(all).toEqual([tries]);
}

async function untilConnectionsAreRefused(service: ServiceProcess): Promise<void> {
  const attempt = async () => {
    const socket = connectTo(service.baseUrl.replace('https:', 'http:'));
    return await once(socket, 'connect').then(
      () => socket.destroy() && 'connected',
      (fault: NodeJS.ErrnoException) => fault.code,
    );
  };
  await expect.poll(attempt).toBe('ECONNREFUSED');
}

const wrong = (pin: string) => `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`;

describe('SIGTERM', () => {
  it(`while ${IN_FLIGHT} requests are in flight: each gets its answer, no other request is let in, exit code 0`, async () => {
    const pin = randomPin();
    const cards = await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => await kit.cardWithPin(pin)),
    );
    await using proxy = await PgProxy.start(kit.database.serviceUrl);
    await using service = await start(proxy);
    const held = gate();
    proxy.beforeForward(SETTLE, held.action);
    const answers = Promise.all(cards.map(async (card) => await validate(service, card, pin)));
    await untilTriesAre(cards, 2);
    const exit = service.stop();
    await untilConnectionsAreRefused(service);
    const internal = service.urlOf('internal');
    expect(await service.request('GET', `${internal}/health/live`)).toMatchObject({ status: 200 });
    expect(await service.request('GET', `${internal}/health/ready`)).toMatchObject({
      status: 503,
      body: { status: 'not ready', database: true, hsm: { ready: true } },
    });
    held.open();
    for (const answer of await answers) {
      expect(answer).toMatchObject({
        status: 200,
        headers: { connection: 'close' },
        body: { verified: true },
      });
    }
    expect(await exit).toEqual({ code: 0, signal: null });
    await untilTriesAre(cards, 3);
  });

  it('does not wait for ever: at the deadline connections are cut, and the try stays spent', async () => {
    const card = await kit.cardWithPin(randomPin());
    await using proxy = await PgProxy.start(kit.database.serviceUrl);
    await using service = await start(proxy, { SHUTDOWN_DEADLINE_MS: '300' });
    const settle = proxy.beforeForward(SETTLE, async () => await new Promise<never>(() => undefined));
    const answer = validate(service, card, randomPin()).then(
      () => 'answered',
      () => 'cut',
    );
    await settle.reached();
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(await answer).toBe('cut');
    expect(await kit.triesRemaining(card)).toBe(2);
  });

  it('finishes what a caller has begun who is gone', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    await using proxy = await PgProxy.start(kit.database.serviceUrl);
    await using service = await start(proxy);
    const held = gate();
    const spend = proxy.beforeForward(SPEND, held.action);
    const body = JSON.stringify({ encryptedPin: await kit.encrypt(wrong(pin), card) });
    const socket = connectTo(service.baseUrl, { ca: kit.identity.certificate });
    socket.write(
      [
        `POST /v1/cards/${card.cardId}/pin/validate HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${kit.cardApp}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    await spend.reached();
    socket.destroy();
    const exit = service.stop();
    await untilConnectionsAreRefused(service);
    held.open();
    expect(await exit).toEqual({ code: 0, signal: null });
    expect(await kit.triesRemaining(card)).toBe(2);
    expect(await kit.validate(card, pin)).toMatchObject({ status: 200, body: { verified: true } });
  });

  it('is not held up by a client that asks for nothing, or hangs up in the middle of a request', async () => {
    await using proxy = await PgProxy.start(kit.database.serviceUrl);
    await using service = await start(proxy, { SHUTDOWN_DEADLINE_MS: '300000' });
    const ca = kit.identity.certificate;
    const handshaken = connectTo(service.baseUrl, { ca });
    const silent = connectTo(service.baseUrl.replace('https:', 'http:'));
    const partial = connectTo(service.baseUrl, { ca });
    const gone = connectTo(service.baseUrl, { ca });
    const sockets = [handshaken, silent, partial, gone];
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    const ready = async (socket: Socket, event: string): Promise<void> => void (await once(socket, event));
    await Promise.all([
      ready(silent, 'connect'),
      ...[handshaken, partial, gone].map(async (socket) => await ready(socket, 'secureConnect')),
    ]);
    partial.write('POST /v1/cards HTTP/1.1\r\nHost: x\r\n');
    gone.write(
      'POST /v1/cards HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    // Kept alive and idle; its answer shows that what came before has been read.
    await service.request('GET', '/health/live');
    gone.destroy();
    expect(await service.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(service.output).not.toContain('unforeseen');
    for (const socket of sockets) socket.destroy();
  });
});
