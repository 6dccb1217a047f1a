import { describe, expect, it } from 'vitest';
import { AnswerCheck, type ReceivedAnswer } from './answer-check.js';

/** Made-up answers are none that the run has met. */
const check = new AnswerCheck(null);

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'content-type': 'application/json; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-request-id': 'a',
  'ratelimit-policy': '"address";q=1;w=60',
  ratelimit: '"address";r=1;t=58',
};
const VALIDATED: ReceivedAnswer = {
  method: 'POST',
  path: '/v1/cards/9c5b94b1-35ad-49bb-b118-8e8fc24abf80/pin/validate?x=1',
  status: 200,
  headers: HEADERS,
  body: { verified: false, triesRemaining: 2, pinStatus: 'active' },
};
const problem = (status: number, code: string, more = {}): ReceivedAnswer => ({
  ...VALIDATED,
  status,
  headers: { ...HEADERS, 'content-type': 'application/problem+json' },
  body: { type: '/problems/x', title: 'x', status, detail: 'x', code, ...more },
});

describe('an answer', () => {
  it.each([
    ['a success', VALIDATED],
    ['a problem', problem(409, 'PIN_NOT_SET')],
    [
      'a problem that says more',
      problem(422, 'PIN_ENVELOPE_UNREADABLE', { triesRemaining: 1, pinStatus: 'active' }),
    ],
    ['HEAD, which has no body', { ...VALIDATED, method: 'HEAD', path: '/v1/pin-keys', body: '' }],
    ['no route', { ...problem(404, 'ROUTE_NOT_FOUND'), path: '/v2' }],
    ['a path spelled otherwise', { ...VALIDATED, path: VALIDATED.path.replace('cards', 'c%61rds') }],
    ['a page for people', { ...VALIDATED, method: 'GET', path: '/docs', headers: {}, body: '<html>' }],
  ])('is of the contract: %s', (_, answer: ReceivedAnswer) => {
    expect(check.faultsOf(answer)).toEqual([]);
  });

  it.each([
    ['a status', { ...VALIDATED, status: 204 }, '204 is not among the answers'],
    [
      'a member',
      { ...VALIDATED, body: { ...(VALIDATED.body as object), pin: '4071' } },
      'additional properties pin',
    ],
    ['no member', { ...VALIDATED, body: { verified: true, pinStatus: 'active' } }, 'triesRemaining'],
    [
      'a type',
      { ...VALIDATED, body: { verified: 'no', triesRemaining: 2, pinStatus: 'active' } },
      '/verified',
    ],
    ['a code', problem(409, 'CLIENT_ID_IN_USE'), 'CLIENT_ID_IN_USE'],
    ['a code of another status', problem(409, 'PIN_LOCKED'), 'PIN_LOCKED'],
    ['a member of a problem', problem(409, 'PIN_NOT_SET', { pin: '4071' }), 'additional properties pin'],
    ['no member of a problem', problem(429, 'CARD_RATE_LIMITED'), 'limit'],
    ['no Retry-After', problem(503, 'HSM_UNAVAILABLE'), 'retry-after is missing'],
    ['no WWW-Authenticate', problem(401, 'TOKEN_MISSING'), 'www-authenticate is missing'],
    ['no RateLimit', { ...VALIDATED, headers: { ...HEADERS, ratelimit: undefined } }, 'ratelimit is missing'],
    ['a header', { ...VALIDATED, headers: { ...HEADERS, server: 'nginx' } }, 'server is not described'],
    ['a media type', { ...VALIDATED, headers: { ...HEADERS, 'content-type': 'text/html' } }, 'text/html'],
    ['a success without a route', { ...VALIDATED, path: '/v1/nothing' }, 'where no operation is'],
    ['a PIN that is wrong as a problem', problem(404, 'PIN_NOT_SET'), 'PIN_NOT_SET'],
  ])('is not of the contract: %s', (_, answer: ReceivedAnswer, told: string) => {
    expect(check.faultsOf(answer).join('; ')).toContain(told);
    expect(() => check.expectPromised(answer)).toThrow(
      /^POST \/v1\/.* answered \d{3}, against the contract: /,
    );
    expect(() => check.expectPromised(answer)).not.toThrow('4071');
  });
});
