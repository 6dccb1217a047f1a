import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BACKEND_OPERATIONS,
  CLIENT_CODES,
  type PinwardClient,
  type ClientCredentials,
  type Fetch,
} from '#libs/client/backend';
import type { EncryptedPin } from '#libs/client';
import { OPERATOR_OPERATIONS } from '#libs/client/operators';
import { tableRows } from '../docs/markdown-table.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { answers, FaultServer } from './fault-server.js';
import { PagePrograms } from './page-program.js';

const PAGE = 'docs/backend-client.md';
const TEXT = readFileSync(join(PROJECT_ROOT, PAGE), 'utf8');
const ENCRYPTED = { kid: 'pin-transport-1', alg: 'RSA-OAEP', ciphertext: 'AAAA' } as const;
const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

const programs = new PagePrograms(PAGE, 'undici');
beforeAll(async () => await programs.bundle());
afterAll(() => programs[Symbol.dispose]());

const namesIn = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

describe('docs/backend-client.md', () => {
  /** The first program is run where a service is: backend-operations.spec.ts. */
  it('has no code that no test runs', () => {
    expect(TEXT.match(/^```\w+$/gm)).toHaveLength(programs.texts.size);
    const run = ['change-pin.ts', 'first-pin.js', 'https-fetch.ts', 'mutual-tls.ts', 'sign-in.ts'];
    expect([...programs.texts.keys()].toSorted()).toEqual(run);
  });

  it('names every method of both classes', () => {
    const rows = tableRows(TEXT).filter(([, of = '']) => /PinwardClient|PinwardOperations|both/.test(of));
    const of = (word: RegExp) =>
      rows.filter(([, whose = '']) => word.test(whose)).flatMap(([cell]) => namesIn(cell));
    const both = of(/^both/).filter((name) => name !== 'request');
    expect([...both, ...of(/PinwardClient/)].toSorted()).toEqual(Object.keys(BACKEND_OPERATIONS).toSorted());
    expect([...both, ...of(/PinwardOperations/)].toSorted()).toEqual(
      Object.keys(OPERATOR_OPERATIONS).toSorted(),
    );
  });

  it('names every outcome that is bad news, and every code of the client', () => {
    const refused = Object.entries(BACKEND_OPERATIONS).filter(([, { refusals }]) => refusals.length > 0);
    for (const [method, { refusals }] of refused) {
      const told = tableRows(TEXT).find(
        ([cell, ...rest]) => cell === `\`${method}\`` && rest.length === 2,
      )?.[2];
      const outcomes = namesIn(told).filter((name) => /^[A-Z_]+$/.test(name) && name !== 'WRONG_PIN');
      expect([method, outcomes.toSorted()]).toEqual([method, [...refusals].toSorted()]);
    }
    const codes = tableRows(TEXT).flatMap(([cell = '', ...rest]) => (rest.length === 1 ? namesIn(cell) : []));
    expect(codes).toEqual(expect.arrayContaining([...CLIENT_CODES]));
  });
});

type Backend = typeof import('#libs/client/backend');
type SignIn = (pinward: PinwardClient, cardId: string, encryptedPin: EncryptedPin) => Promise<string>;
type ChangePin = (pinward: PinwardClient, change: object, requestId: string) => Promise<unknown>;

describe('a program that calls', () => {
  let server: FaultServer;
  let pinward: PinwardClient;
  beforeAll(async () => {
    server = await FaultServer.open();
    const credentials = { accessToken: () => 'a.b.c' };
    const { PinwardClient: Client } = await programs.imported<Backend>('backend');
    pinward = new Client({ baseUrl: server.baseUrl, credentials, timing: { random: () => 0 } });
  });
  afterAll(async () => await server[Symbol.asyncDispose]());

  it.each([
    [answers.json(200, { verified: true, triesRemaining: 3, pinStatus: 'active' }), 'Welcome'],
    [answers.json(200, { verified: false, triesRemaining: 2, pinStatus: 'active' }), 'Wrong, 2 left'],
    [
      answers.json(200, { verified: false, triesRemaining: 0, pinStatus: 'locked' }),
      'The PIN is blocked now',
    ],
    [answers.problem(423, 'PIN_LOCKED'), 'The PIN is blocked, please contact us'],
    [answers.problem(409, 'PIN_RESET_REQUIRED'), 'Please choose a PIN'],
    [answers.problem(423, 'CARD_FROZEN'), 'This is not possible right now'],
  ])('tells the cardholder what came of it', async (fate, words) => {
    const { signIn } = await programs.imported<{ signIn: SignIn }>('sign-in');
    server.will(fate);
    expect(await signIn(pinward, CARD, ENCRYPTED)).toBe(words);
  });

  it('asks again for an outcome that is not known, with the same bytes and id', async () => {
    const { changePin } = await programs.imported<{ changePin: ChangePin }>('change-pin');
    const { cut } = answers;
    server.will(cut, cut, cut, cut, answers.json(200, { changed: true, pinStatus: 'active' }));
    const otp = { otpId: randomUUID(), code: '123456' };
    const change = { cardId: CARD, currentPin: ENCRYPTED, newPin: ENCRYPTED, otp };
    expect(await changePin(pinward, change, 'intention-1')).toMatchObject({ outcome: 'PIN_CHANGED' });
    const sent = server.received.map(({ body, headers }) => [headers['x-request-id'], body].join(' '));
    expect([sent.length, new Set(sent).size]).toEqual([5, 1]);
    expect(sent[0]).toMatch(/^intention-1 /);
  });
});

interface Pem {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

async function certificate(name: string) {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }];
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions,
  });
  return { cert, key };
}

describe('a server that asks for a client certificate', () => {
  let server: Server;
  let baseUrl: string;
  let pem: Pem;
  let connections: number;
  beforeAll(async () => {
    const [own, client] = [await certificate('server'), await certificate('client')];
    pem = { ca: own.cert, ...client };
    const answer = JSON.stringify({ access_token: 'a.b.c', expires_in: 900 });
    const tls = {
      cert: own.cert,
      key: own.key,
      ca: client.cert,
      requestCert: true,
      rejectUnauthorized: true,
    };
    server = createServer(tls, (request, response) => {
      request.resume().once('end', () => void response.end(answer));
    });
    server.on('secureConnection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const credentials: ClientCredentials = { clientId: 'card-app', clientSecret: 'pwcs_s' };
  const ways: readonly [string, () => Promise<PinwardClient>][] = [
    [
      'undici',
      async () => {
        type WithCertificate = (url: string, of: ClientCredentials, pem: Pem) => PinwardClient;
        const shown = await programs.imported<{ withCertificate: WithCertificate }>('mutual-tls');
        return shown.withCertificate(baseUrl, credentials, pem);
      },
    ],
    [
      'node:https',
      async () => {
        const shown = await programs.imported<{ httpsFetch: (options: Pem) => Fetch }>('https-fetch');
        const { PinwardClient: Client } = await programs.imported<Backend>('backend');
        return new Client({ baseUrl, credentials, fetch: shown.httpsFetch(pem) });
      },
    ],
  ];

  it.each(ways)('gets it through %s, over connections that are kept', async (_, open) => {
    const client = await open();
    connections = 0;
    for (let calls = 0; calls < 8; calls += 1) await client.closeCard({ cardId: CARD });
    // undici may open another one while the answer before is on its way to its end.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('does not let in who has none', async () => {
    const { PinwardClient: Client } = await programs.imported<Backend>('backend');
    const client = new Client({ baseUrl, credentials, maxAttempts: 1 });
    await expect(client.pinKeys()).rejects.toMatchObject({
      code: 'NO_ACCESS_TOKEN',
      cause: { code: 'unreachable' },
    });
  });
});
