import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KeysUnavailable, providerKeys } from './provider-keys.js';

let jwk: JWK;
let fetched = 0;
let answer: RequestListener;
const server = createServer((request, response) => {
  fetched += 1;
  answer(request, response);
});
let clock = 0;

beforeAll(async () => {
  const { publicKey } = await generateKeyPair('RS256');
  jwk = { ...(await exportJWK(publicKey)), kid: 'known', alg: 'RS256', use: 'sig' };
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  fetched = 0;
});
afterAll(() => server.close());

const sendKeys: RequestListener = (_, response) => void response.end(JSON.stringify({ keys: [jwk] }));
const keys = () =>
  providerKeys(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), () => clock);
const ask = async (of: ReturnType<typeof keys>, kid: string) =>
  await of({ alg: 'RS256', kid }, { payload: '', signature: '' });

async function refusals(of: ReturnType<typeof keys>, many: number): Promise<unknown[]> {
  const asked = Array.from({ length: many }, (_, index) => ask(of, `random-${clock}-${index}`));
  return (await Promise.allSettled(asked)).map((one): unknown =>
    one.status === 'rejected' ? one.reason : null,
  );
}

describe('the keys of a provider', () => {
  it('are fetched once for all who ask at once, and an unknown kid does not fetch them again', async () => {
    answer = sendKeys;
    const of = keys();
    await Promise.all(Array.from({ length: 20 }, () => ask(of, 'known')));
    expect(await refusals(of, 50)).toHaveLength(50);
    expect(fetched).toBe(1);
  });

  it.each<[string, RequestListener]>([
    ['says 500', (_, response) => void response.writeHead(500).end()],
    ['says 503 with a key set', (_, response) => void response.writeHead(503).end('{"keys":[]}')],
    ['is redirected', (_, response) => void response.writeHead(302, { location: '/' }).end()],
    ['sends no JSON', (_, response) => void response.end('<html>')],
    ['sends no key set', (_, response) => void response.end('{"keys":1}')],
    ['never stops', (_, response) => void response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
    ['hangs up', (request) => void request.socket.destroy()],
  ])('are not fetched at every kid while it %s, and are when the pause is over', async (_, failing) => {
    answer = failing;
    const of = keys();
    const first = await refusals(of, 30);
    const second = await refusals(of, 30);
    expect([...first, ...second].every((refusal) => refusal instanceof KeysUnavailable)).toBe(true);
    expect(fetched).toBe(1);
    clock += 5_000;
    answer = sendKeys;
    expect(await ask(of, 'known')).toBeDefined();
    expect(fetched).toBe(2);
  });
});
