import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo, parseAnswers } from '../support/raw-http.js';
import { ServiceKit } from './service-kit.js';

const ALL = 12;
const ONE_ADDRESS = 4;
const PROXY = '127.0.0.9';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({
    MAX_CONNECTIONS: String(ALL),
    MAX_CONNECTIONS_PER_ADDRESS: String(ONE_ADDRESS),
    TRUSTED_PROXIES: `${PROXY}/32`,
  });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const open = (localAddress: string) =>
  connectTo(kit.service.baseUrl, { ca: kit.identity.certificate, localAddress }).on('error', () => undefined);

/** The answer to one request, on a connection that stays open; null when it was closed instead. */
async function ask(socket: Socket, ...headers: readonly string[]) {
  socket.write(['GET /v1/pin-keys HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n'));
  const answered = once(socket, 'data').then(([bytes]) => parseAnswers(String(bytes))[0] ?? null);
  return await Promise.race([answered, once(socket, 'close').then(() => null)]);
}

async function answersOf(sockets: readonly Socket[]): Promise<number> {
  const answers = await Promise.all(sockets.map((socket) => ask(socket).catch(() => null)));
  return answers.filter((answer) => answer?.status === 401).length;
}

async function closeAll(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(
    sockets
      .filter(({ closed }) => !closed)
      .map(async (socket) => void (await once(socket.destroy(), 'close'))),
  );
}

describe('connections', () => {
  it('of one address are so many and no more, however many it opens at once; others are served', async () => {
    const greedy = Array.from({ length: 3 * ALL }, () => open('127.0.0.2'));
    expect(await answersOf(greedy)).toBe(ONE_ADDRESS);
    const others = ['127.0.0.3', '127.0.0.4'].map(open);
    expect(await answersOf(others)).toBe(2);
    await closeAll([...greedy, ...others]);
  });

  it('that are closed make room for others of their address', async () => {
    const first = Array.from({ length: ONE_ADDRESS }, () => open('127.0.0.5'));
    expect(await answersOf(first)).toBe(ONE_ADDRESS);
    await closeAll(first);
    const again = async () => {
      const socket = open('127.0.0.5');
      const answers = await answersOf([socket]);
      await closeAll([socket]);
      return answers;
    };
    await expect.poll(again).toBe(1);
  });

  it('of a trusted proxy are not counted', async () => {
    const many = Array.from({ length: ONE_ADDRESS + 3 }, () => open(PROXY));
    expect(await answersOf(many)).toBe(many.length);
    await closeAll(many);
  });

  it('on which no token was accepted are soon closed, and others are kept', async () => {
    const [stranger, known] = [open('127.0.0.6'), open('127.0.0.7')];
    const token = `Authorization: Bearer ${kit.cardApp}`;
    expect((await ask(known))?.headers['keep-alive']).toBe('timeout=5');
    expect((await ask(known, token))?.headers['keep-alive']).toBe('timeout=65');
    expect((await ask(known))?.headers['keep-alive']).toBe('timeout=65');
    expect((await ask(stranger, 'Authorization: Bearer a.b.c'))?.headers['keep-alive']).toBe('timeout=5');
    await once(stranger, 'close');
    expect(known.closed).toBe(false);
    expect((await ask(known, token))?.status).toBe(200);
    await closeAll([known]);
  });
});
