import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAnswers, rawExchange, type RawAnswer } from '../support/raw-http.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/) as string,
  'x-content-type-options': 'nosniff',
  'x-request-id': expect.stringMatching(/./) as string,
};
/** Stands in paths, headers and bodies: no answer may repeat it. */
const CANARY = '4111111111111111';
const LISTENERS = ['card-apps', 'operators', 'internal'] as const;
type Listener = (typeof LISTENERS)[number];

let kit: ServiceKit;

beforeAll(async () => {
  kit = await ServiceKit.open({ ADMIN_PORT: '0', INTERNAL_PORT: '0', REQUEST_TIMEOUT_MS: '2000' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const urlOf = (listener: Listener) =>
  listener === 'card-apps' ? kit.service.baseUrl : kit.service.urlOf(listener);

async function exchange(listener: Listener, bytes: string | Uint8Array): Promise<readonly RawAnswer[]> {
  return await rawExchange(urlOf(listener), bytes, { ca: kit.identity.certificate });
}

/** "400 REQUEST_INVALID", after a look at what every answer must have. */
function verdict(answer: RawAnswer | undefined): string {
  expect(answer?.headers).toMatchObject(SECURITY_HEADERS);
  expect(Object.keys(answer?.headers ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(server|x-powered-by)$/)]),
  );
  expect(JSON.stringify(answer)).not.toContain(CANARY);
  if (answer?.body === '') return String(answer.status);
  expect(answer?.headers['content-type']).toMatch(/^application\/problem\+json/);
  return `${answer?.status} ${(JSON.parse(answer?.body ?? '') as { code: string }).code}`;
}

const request = (line: string, ...headers: readonly string[]) =>
  [`${line} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n');

/** Bytes of one request, and the only answer: the connection is closed after it, whatever came behind. */
const SHAPES: readonly (readonly [string, string, string])[] = [
  ['no HTTP', `HELO ${CANARY}\r\n\r\n`, '400 REQUEST_INVALID'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 REQUEST_INVALID'],
  ['no Host', `GET /${CANARY} HTTP/1.1\r\n\r\n`, '400 REQUEST_INVALID'],
  ['two Hosts', `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`, '400 REQUEST_INVALID'],
  [
    'Content-Length and Transfer-Encoding',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
    '400 REQUEST_INVALID',
  ],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
    '400 REQUEST_INVALID',
  ],
  ['a length that is none', request('POST /', 'Content-Length: +5'), '400 REQUEST_INVALID'],
  ['a hidden encoding', request('POST /', 'Transfer-Encoding : chunked'), '400 REQUEST_INVALID'],
  ['an unknown encoding', request('POST /', 'Transfer-Encoding: xchunked'), '400 REQUEST_INVALID'],
  ['a folded header', request('GET /', 'X-A: b\r\n c'), '400 REQUEST_INVALID'],
  ['a bare line feed', 'GET / HTTP/1.1\nHost: x\n\n', '400 REQUEST_INVALID'],
  ['NUL in a header', request('GET /', `X-A: ${CANARY}\0`), '400 REQUEST_INVALID'],
  ['NUL in the path', request(`GET /${CANARY}\0`), '400 REQUEST_INVALID'],
  ['a space in the path', request(`GET /${CANARY} x`), '400 REQUEST_INVALID'],
  ['bad percent-encoding', request(`GET /${CANARY}/%zz`), '400 REQUEST_INVALID'],
  ['percent-encoded bytes that are no UTF-8', request(`GET /${CANARY}/%c3%28`), '400 REQUEST_INVALID'],
  ['a body of GET', request('GET /health/live', 'Content-Length: 5') + 'hello', '400 REQUEST_INVALID'],
  ['a long URL', request(`GET /${CANARY}${'x'.repeat(3_000)}`), '414 REQUEST_TOO_LONG'],
  ['a long head', request('GET /', `X-Long: ${CANARY}${'x'.repeat(20_000)}`), '431 REQUEST_TOO_LONG'],
  ['an unknown path', request(`GET /${CANARY}`), '404 ROUTE_NOT_FOUND'],
  ['a long segment', request(`GET /v1/none/${CANARY.repeat(20)}`), '404 ROUTE_NOT_FOUND'],
  ['the absolute form', request(`GET http://evil.example/${CANARY}`), '404 ROUTE_NOT_FOUND'],
  ['percent-encoded NUL', request(`GET /${CANARY}%00`), '404 ROUTE_NOT_FOUND'],
  ['dots', request(`GET /v1/../${CANARY}`), '404 ROUTE_NOT_FOUND'],
  ['OPTIONS of everything', request('OPTIONS *'), '404 ROUTE_NOT_FOUND'],
  ['TRACE', request(`TRACE /${CANARY}`, `X-Secret: ${CANARY}`), '404 ROUTE_NOT_FOUND'],
  ['an odd method', request(`PROPFIND /${CANARY}`), '404 ROUTE_NOT_FOUND'],
  ['no method', request(`ABRACADABRA /${CANARY}`), '400 REQUEST_INVALID'],
  ['CONNECT', request(`CONNECT ${CANARY}:443`), '400 REQUEST_INVALID'],
  ['an upgrade', request('GET /x', 'Upgrade: websocket'), '404 ROUTE_NOT_FOUND'],
  [
    'what follows an upgrade',
    `${request('GET /x', 'Upgrade: websocket').replace('Connection: close', 'Connection: upgrade')}GET /y HTTP/1.1\r\nHost: x\r\n\r\n`,
    '404 ROUTE_NOT_FOUND',
  ],
  ['an unknown expectation', request(`GET /${CANARY}`, 'Expect: miracles'), '404 ROUTE_NOT_FOUND'],
  ['a bad request id', request('GET /', `X-Request-ID: ${CANARY} x`), '400 REQUEST_INVALID'],
];

describe.each(LISTENERS)('%s answers in one way', (listener) => {
  it.each(SHAPES)('%s', async (_, bytes, expected) => {
    const answers = await exchange(listener, bytes);
    expect(answers.map(verdict)).toEqual([expected]);
  });

  it('HEAD without a body', async () => {
    const [answer] = await exchange(listener, request(`HEAD /${CANARY}`)).catch(() => []);
    expect(answer).toMatchObject({ status: 404, body: '' });
  });

  it('an Upgrade, and says that nothing more will be read', async () => {
    const [answer] = await exchange(
      listener,
      request('GET /x', 'Upgrade: websocket').replace('Connection: close', 'Connection: upgrade'),
    );
    expect(answer?.headers['connection']).toBe('close');
  });
});

const WITH_BODIES = [
  ['card-apps', '/v1/cards', () => kit.cardApp],
  ['operators', '/v1/admin/cards/00000000-0000-4000-8000-000000000000/unlock', () => kit.operator],
] as const;

/** All at once: each takes as long as a request may. */
it('what is not finished in time gets 408, on every listener: a head that ends in the middle, a body that never ends', async () => {
  const heads = LISTENERS.map((listener) =>
    exchange(listener, `POST /${CANARY} HTTP/1.1\r\nHost: x\r\nContent-Le`),
  );
  const bodies = WITH_BODIES.map(([listener, path, token]) => {
    const headers = [`Authorization: Bearer ${token()}`, 'Content-Type: application/json'];
    return exchange(listener, `${request(`POST ${path}`, ...headers, 'Content-Length: 10')}{`);
  });
  const answers = await Promise.all([...heads, ...bodies]);
  expect(answers.map((each) => each.map(verdict))).toEqual(
    [...LISTENERS, ...WITH_BODIES].map(() => ['408 REQUEST_INVALID']),
  );
});

describe.each(WITH_BODIES)('bodies on %s', (listener, path, token) => {
  const post = (type: string | null, body: string | Buffer, ...more: readonly string[]): Buffer => {
    const framing = more.length > 0 ? more : [`Content-Length: ${Buffer.byteLength(body)}`];
    const media = type === null ? [] : [`Content-Type: ${type}`];
    const head = request(`POST ${path}`, `Authorization: Bearer ${token()}`, ...media, ...framing);
    return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
  };
  const JSON_TYPE = 'application/json';
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
  const chunked = 'Transfer-Encoding: chunked';

  it.each([
    ['application/json; charset=utf-8'],
    ['application/json;charset="UTF-8"'],
    ['Application/JSON ; Charset=Utf-8'],
    ['application/json; charset=utf8'],
    ['application/json; charset="UTF8"'],
  ])('%s is JSON', async (type) => {
    // Read, and then refused for what it lacks.
    expect((await exchange(listener, post(type, '{"x":1}'))).map(verdict)).not.toContain(
      '415 MEDIA_TYPE_UNSUPPORTED',
    );
  });

  it.each([
    ['application/json; charset=latin1'],
    ['application/json; charset=utf-8; charset=utf-16'],
    ['application/json, text/plain'],
    ['application/jsonp'],
    ['application/problem+json'],
    ['text/json'],
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['nonsense'],
    [null],
  ])('%s is not', async (type) => {
    expect((await exchange(listener, post(type, '{"x":1}'))).map(verdict)).toEqual([
      '415 MEDIA_TYPE_UNSUPPORTED',
    ]);
  });

  const large = `{"x":"${CANARY}${'x'.repeat(17_000)}"}`;
  it.each<[string, () => Buffer, string]>([
    ['duplicate members', () => post(JSON_TYPE, `{"x":"${CANARY}","x":1}`), '400 REQUEST_INVALID'],
    [
      'invalid UTF-8',
      () => post(JSON_TYPE, Buffer.from('7b2278223a22c328227d', 'hex')),
      '400 REQUEST_INVALID',
    ],
    ['a byte order mark', () => post(JSON_TYPE, '\ufeff{}'), '400 REQUEST_INVALID'],
    ['nothing', () => post(JSON_TYPE, ''), '400 REQUEST_INVALID'],
    ['too much', () => post(JSON_TYPE, large), '413 BODY_TOO_LARGE'],
    ['too much in chunks', () => post(JSON_TYPE, `${chunk(large)}0\r\n\r\n`, chunked), '413 BODY_TOO_LARGE'],
    [
      'too much, announced',
      () => post(JSON_TYPE, '{}', 'Content-Length: 20000', 'Expect: 100-continue'),
      '413 BODY_TOO_LARGE',
    ],
    [
      'a chunk without a size',
      () => post(JSON_TYPE, 'zz\r\n{}\r\n0\r\n\r\n', chunked),
      '400 REQUEST_INVALID',
    ],
    [
      'a chunk of another size',
      () => post(JSON_TYPE, '1\r\n{}\r\n0\r\n\r\n', chunked),
      '400 REQUEST_INVALID',
    ],
  ])('%s', async (_, bytes, expected) => {
    expect((await exchange(listener, bytes())).map(verdict)).toEqual([expected]);
  });

  it('what comes behind a body is not taken for a part of it, nor the reverse', async () => {
    const first = post(JSON_TYPE, '{}').toString().replace('Connection: close\r\n', '');
    const answers = await exchange(listener, `${first}${CANARY}\r\n\r\n`);
    expect(verdict(answers.at(-1))).toBe('400 REQUEST_INVALID');
    expect(answers.length).toBeLessThanOrEqual(2);
  });
});

it('a request is executed once, however its path is spelled, and not with a query', async () => {
  const { cardId } = await kit.register();
  const path = `/v1/cards/${cardId}/otp`;
  const spellings = [
    path,
    path.replace('-', '%2d'),
    path.replaceAll('-', '%2D'),
    path.replace('cards', 'c%61rds'),
  ];
  const answers: ServiceResponse[] = [];
  for (const spelled of spellings) {
    answers.push(await kit.post(spelled, { purpose: 'pin-change' }, { requestId: `spelled-${cardId}` }));
  }
  expect(answers.map(({ status }) => status)).toEqual(spellings.map(() => 202));
  expect(new Set(answers.map(({ body }) => (body as { otpId: string }).otpId)).size).toBe(1);
  const replayed = answers.map(({ headers }) => headers['idempotent-replayed']);
  expect(replayed).toEqual([undefined, ...spellings.slice(1).map(() => 'true')]);
  const asked = await kit.post(`${path}?x=1`, { purpose: 'pin-change' }, { requestId: `spelled-${cardId}` });
  expect(asked).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
});

describe.each(['Content-Encoding: gzip', 'Content-Encoding: br, identity', 'Content-Encoding: '])(
  'a body with %s',
  (coding) => {
    it('is refused as what is not understood here, and told what is', async () => {
      const [answer] = await exchange(
        'card-apps',
        `${request('POST /v1/cards', coding, 'Content-Length: 2')}{}`,
      );
      expect(verdict(answer)).toBe('415 MEDIA_TYPE_UNSUPPORTED');
      expect(answer?.headers['accept-encoding']).toBe('identity');
    });
  },
);

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'a member %s is unknown like any other, in a body at any depth and in a query',
  async (member) => {
    const nested = { ciphertext: 'x', kid: 'x', alg: 'RSA-OAEP' };
    for (const body of [
      `{"cardRef":"x-1","${member}":1}`,
      `{"cardRef":"x-1","pan":${JSON.stringify(nested).replace('{', `{"${member}":{},`)}}`,
    ]) {
      const answer = await kit.post('/v1/cards', body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    }
    const query = `/v1/cards?cardRef=x-1&${member}=1`;
    expect(await kit.service.request('GET', query, { token: kit.cardApp })).toMatchObject({ status: 400 });
  },
);

it('every call leaves a line in the log under the id of its answer, also what is no proper HTTP', async () => {
  const odd = SHAPES.filter(([name]) =>
    /no HTTP|bad percent-encoding|no UTF-8|a long head|CONNECT|preface/.test(name),
  );
  expect(odd).toHaveLength(6);
  for (const [name, bytes] of odd) {
    const [answer] = await exchange('card-apps', bytes);
    const line = () =>
      kit.service.output.split('\n').find((one) => one.includes(answer?.headers['x-request-id'] ?? '-'));
    await expect.poll(line, { message: name }).toBeDefined();
    expect(JSON.parse(line() ?? '')).toMatchObject({ route: 'none', status: answer?.status });
  }
});

it('good answers carry the headers too, and a route may set its own', async () => {
  const live = await kit.service.request('GET', `${urlOf('internal')}/health/live`);
  expect(live).toMatchObject({ status: 200, headers: SECURITY_HEADERS });
  const keys = await kit.service.request('GET', '/v1/pin-keys', { token: kit.cardApp });
  expect(keys.headers).toMatchObject({ ...SECURITY_HEADERS, 'cache-control': 'max-age=300' });
  const refused = await kit.service.request('GET', '/v1/pin-keys');
  expect(refused).toMatchObject({ status: 401, headers: SECURITY_HEADERS });
});

it('reads an answer as it came', () => {
  expect(parseAnswers('HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nA: b: c\r\n\r\n{}')).toEqual([
    { status: 404, headers: { 'content-length': '2', a: 'b: c' }, body: '{}' },
  ]);
});
