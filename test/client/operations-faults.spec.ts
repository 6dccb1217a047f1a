import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PinwardClient, PinwardError, type ClientOptions } from '#libs/client/backend';
import { answers, FaultServer, type Fate } from './fault-server.js';
import { LIMITS, StillTime } from './still-time.js';

const { json, problem, cut, half, nothing } = answers;

const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const OTHER_CARD = '5f0c6a0e-8d0c-4a39-9a53-2f1c2f4f7c11';
const SECRET = 'pwcs_a-secret-of-the-client';
const encryptedPin = { kid: 'pin-transport-1', alg: 'RSA-OAEP', ciphertext: 'AAAA' } as const;
const RIGHT = json(200, { verified: true, triesRemaining: 3, pinStatus: 'active' });

let server: FaultServer;
let time: StillTime;
let client: PinwardClient;
beforeAll(async () => void (server = await FaultServer.open()));
afterAll(async () => await server[Symbol.asyncDispose]());
beforeEach(() => void (client = clientWith()));

function clientWith(options: Partial<ClientOptions> = {}): PinwardClient {
  time = new StillTime();
  const credentials = { clientId: 'card-app', clientSecret: SECRET };
  return new PinwardClient({ baseUrl: server.baseUrl, credentials, timing: time, ...LIMITS, ...options });
}

const validate = (options = {}, cardId = CARD) => client.validatePin({ cardId, encryptedPin }, options);
const failure = async (call: Promise<unknown>) => {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof PinwardError)) throw new Error('no PinwardError was thrown', { cause: error });
  return error;
};

describe('a call', () => {
  it('carries the token, a request id of its own, and JSON', async () => {
    server.will(RIGHT, RIGHT);
    expect(await validate()).toEqual({ outcome: 'VERIFIED', triesRemaining: 3, pinStatus: 'active' });
    await validate();
    const [first, second] = server.received;
    expect(first).toMatchObject({
      method: 'POST',
      url: `/v1/cards/${CARD}/pin/validate`,
      headers: { authorization: 'Bearer token-1', 'content-type': 'application/json' },
      body: JSON.stringify({ encryptedPin }),
    });
    expect(first?.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(second?.headers['x-request-id']).not.toBe(first?.headers['x-request-id']);
    expect(server.tokenRequests).toHaveLength(1);
  });

  it.each<[string, Fate, readonly number[]]>([
    ['the connection is cut after the request was received', cut, [0]],
    ['half of the answer came', half, [0]],
    ['503 with Retry-After', problem(503, 'HSM_UNAVAILABLE', 2), [2_000]],
    ['503 of a proxy', json(503, {}), [0]],
    ['502', json(502, {}), [0]],
    ['the first one is at work', problem(409, 'REQUEST_IN_PROGRESS', 1), [1_000]],
    ['another one of the card is at work', problem(409, 'PIN_EVALUATION_IN_PROGRESS', 1), [1_000]],
    ['429 of the card', problem(429, 'CARD_RATE_LIMITED', 3, { limit: 'card-requests' }), [3_000]],
    ['429 of the operation', problem(429, 'OPERATION_RATE_LIMITED', 3, { limit: 'client-otp' }), [3_000]],
    ['a token that is refused', problem(401, 'TOKEN_EXPIRED'), []],
  ])('is repeated with the same bytes and id: %s', async (_, fate, waits) => {
    server.will(fate, RIGHT);
    expect(await validate()).toMatchObject({ outcome: 'VERIFIED' });
    const [first, second, ...more] = server.received;
    expect(more).toEqual([]);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['x-request-id']).toBe(first?.headers['x-request-id']);
    expect(time.waits).toEqual(waits);
  });

  it('is repeated with the same bytes and id when a connection has gone silent', async () => {
    server.will(nothing, RIGHT);
    const result = validate();
    await server.arrived(1);
    time.end('attemptTimeoutMs');
    expect(await result).toMatchObject({ outcome: 'VERIFIED' });
    expect(new Set(server.received.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
  });

  it.each([
    [400, 'REQUEST_INVALID'],
    [409, 'PIN_ENVELOPE_REPLAYED'],
    [422, 'REQUEST_ID_REUSED'],
    [500, 'INTERNAL'],
  ] as const)('is not repeated after %i %s', async (status, code) => {
    server.will(problem(status, code), RIGHT);
    expect(await failure(validate({ requestId: 'mine' }))).toMatchObject({ code, status, requestId: 'mine' });
    expect(server.received).toHaveLength(1);
  });

  it('is given up after four attempts, with waits that grow and are of chance', async () => {
    server.will(cut, cut, cut, cut, RIGHT);
    time.chance = 0.5;
    expect(await failure(validate())).toMatchObject({ code: 'UNREACHABLE', status: undefined });
    expect(server.received).toHaveLength(4);
    expect(time.waits).toEqual([100, 200, 400]);
  });

  it('goes on under the request id of its error', async () => {
    client = clientWith({ maxAttempts: 1 });
    server.will(cut, RIGHT);
    const { requestId = '' } = await failure(validate());
    await validate({ requestId });
    const [first, second] = server.received;
    expect(second).toMatchObject({ body: first?.body, headers: { 'x-request-id': requestId } });
    expect(first?.headers['x-request-id']).toBe(requestId);
  });
});

describe('time', () => {
  it('is not waited for beyond the end of the call', async () => {
    server.will(problem(503, 'OPERATIONS_SUSPENDED', 60), RIGHT);
    expect(await failure(validate())).toMatchObject({ code: 'OPERATIONS_SUSPENDED', retryAfterSeconds: 60 });
    expect(server.received).toHaveLength(1);
    expect(time.waits).toEqual([]);
  });

  it('ends a call that hangs, and its connection', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    server.will((response) => void (isClosed = new Promise((closed) => response.once('close', closed))));
    const error = failure(validate());
    await server.arrived(1);
    time.end('timeoutMs');
    expect(await error).toMatchObject({ code: 'TIMED_OUT', requestId: expect.any(String) });
    await isClosed;
  });

  it('may be shorter for one call', async () => {
    server.will(problem(503, 'HSM_UNAVAILABLE', 12), RIGHT);
    expect(await failure(validate({ timeoutMs: LIMITS.attemptTimeoutMs }))).toMatchObject({
      code: 'HSM_UNAVAILABLE',
    });
  });

  it.each(['before', 'while it runs'])('ends when the caller says so: %s', async (when) => {
    const controller = new AbortController();
    const reason = new Error('the cardholder has left');
    server.will(nothing);
    if (when === 'before') controller.abort(reason);
    const call = validate({ signal: controller.signal });
    if (when !== 'before') void server.arrived(1).then(() => controller.abort(reason));
    await expect(call).rejects.toBe(reason);
    expect(server.received).toHaveLength(when === 'before' ? 0 : 1);
  });
});

describe('a limit', () => {
  it('of one cardholder is told at once and stops no other', async () => {
    server.will(problem(429, 'OTP_LIMIT_REACHED', 3_600, { limit: 'card-otp' }), RIGHT);
    const issued = await client.issueOtp({ cardId: CARD, purpose: 'pin-change' });
    expect(issued).toEqual({ outcome: 'OTP_LIMIT_REACHED', limit: 'card-otp', retryAfterSeconds: 3_600 });
    expect(await validate({}, OTHER_CARD)).toMatchObject({ outcome: 'VERIFIED' });
    expect(time.waits).toEqual([]);
  });

  it.each([
    ['CARD_RATE_LIMITED', 'card-requests'],
    ['OPERATION_RATE_LIMITED', 'client-wrong-otp'],
    ['RATE_LIMITED', 'person-approvals'],
  ])('of others holds up its own call alone: %s %s', async (code, limit) => {
    server.will(problem(429, code, 3_600, { limit }), RIGHT);
    expect(await failure(validate())).toMatchObject({ code, retryAfterSeconds: 3_600, problem: { limit } });
    expect(await validate({}, OTHER_CARD)).toMatchObject({ outcome: 'VERIFIED' });
    expect(time.waits).toEqual([]);
  });

  it('of the client holds every call up until it is over', async () => {
    server.will(problem(429, 'RATE_LIMITED', 3, { limit: 'client-requests' }), RIGHT, RIGHT);
    await Promise.all([validate(), server.arrived(1).then(() => validate({}, OTHER_CARD))]);
    expect(time.now()).toBe(3_000);
    expect(server.received).toHaveLength(3);
  });

  it('of the client that outlasts a call is told without asking', async () => {
    server.will(problem(429, 'RATE_LIMITED', 60, { limit: 'client-requests' }), RIGHT);
    expect(await failure(validate())).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const untold = { code: 'RATE_LIMITED', status: undefined, retryAfterSeconds: 60 };
    expect(await failure(validate({}, OTHER_CARD))).toMatchObject(untold);
    expect(server.received).toHaveLength(1);
  });

  it('that was agreed is kept', async () => {
    client = clientWith({ rate: { perSecond: 10, burst: 2 } });
    server.will(RIGHT, RIGHT, RIGHT, RIGHT);
    for (let count = 0; count < 4; count += 1) await validate();
    expect(time.waits).toEqual([100, 100]);
  });
});

describe('a token', () => {
  it('is thrown away when it is refused, once', async () => {
    server.will(problem(401, 'TOKEN_INVALID'), problem(401, 'TOKEN_INVALID'), RIGHT);
    expect(await failure(validate())).toMatchObject({ code: 'TOKEN_INVALID', status: 401 });
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is asked for once by calls that come together', async () => {
    server.will(RIGHT, RIGHT, RIGHT);
    await Promise.all([validate(), validate(), validate()]);
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('is asked for again when its endpoint was away', async () => {
    server.will(RIGHT);
    server.willToToken(cut, problem(429, 'RATE_LIMITED', 5, { limit: 'address-refusals' }));
    expect(await validate()).toMatchObject({ outcome: 'VERIFIED' });
    expect(time.waits).toEqual([0, 5_000]);
  });

  it('that is refused for good ends the call', async () => {
    server.will(RIGHT);
    server.willToToken(json(401, { error: 'invalid_client' }));
    const error = await failure(validate());
    expect(error).toMatchObject({ code: 'NO_ACCESS_TOKEN', cause: { code: 'invalid_client' } });
    expect(server.received).toEqual([]);
  });

  it('of a provider is asked for with the one that was refused', async () => {
    const asked: (string | undefined)[] = [];
    const accessToken = (refused?: string) => `given-${asked.push(refused)}`;
    client = clientWith({ credentials: { accessToken } });
    server.will(problem(401, 'TOKEN_EXPIRED'), RIGHT, RIGHT);
    await validate();
    await validate();
    expect(asked).toEqual([undefined, 'given-1', undefined]);
    expect(server.tokenRequests).toEqual([]);
  });
});

describe('an answer', () => {
  it.each([
    ['no JSON', (response) => void response.end('<html>Welcome to our network</html>')],
    ['nothing said', json(200, {})],
    ['a word instead of true', json(200, { verified: 'true', triesRemaining: 3, pinStatus: 'active' })],
    ['another status', json(201, { verified: true, triesRemaining: 3, pinStatus: 'active' })],
    ['a page of a proxy', json(403, { message: 'blocked' })],
  ] as readonly (readonly [string, Fate])[])(
    'that is not of the contract lets nobody in: %s',
    async (_, fate) => {
      server.will(fate);
      expect(await failure(validate())).toMatchObject({ code: 'UNEXPECTED_ANSWER' });
    },
  );

  it('that leads elsewhere is not followed', async () => {
    server.will(json(307, {}, { location: `${server.baseUrl}/elsewhere` }), RIGHT);
    expect(await failure(validate())).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 307 });
    expect(server.received).toHaveLength(1);
  });

  it('with a code of a later version is a problem all the same', async () => {
    server.will(problem(409, 'CARD_ON_HOLIDAY'));
    const error = await failure(validate());
    expect(error).toMatchObject({
      code: 'UNKNOWN_PROBLEM',
      status: 409,
      problem: { code: 'CARD_ON_HOLIDAY' },
    });
  });
});

it('tells no secret and no token', async () => {
  server.will(problem(403, 'SCOPE_MISSING'));
  const error = await failure(validate());
  const told = inspect([error, client], { depth: 9, showHidden: true }) + JSON.stringify(error);
  expect(told).not.toMatch(/a-secret|token-1|AAAA/);
  expect(error.message).toBe('SCOPE_MISSING: Title. Detail.');
});

it.each([
  ['http://pins.example', CARD],
  ['pins.example', CARD],
  ['https://user:pass@pins.example', CARD],
])('sends no secret to %s', (baseUrl) => {
  expect(() => clientWith({ baseUrl })).toThrow('not an HTTPS address');
});

it.each(['', '.', '..'])('leads to no other path by the card id "%s"', async (cardId) => {
  await expect(client.readCard({ cardId })).rejects.toThrow(TypeError);
  server.will(json(404, {}));
  await client.readCard({ cardId: '../pin-keys?x#y' }).catch(() => undefined);
  expect(server.received[0]?.url).toBe('/v1/cards/..%2Fpin-keys%3Fx%23y');
});
