import { describe, expect, it } from 'vitest';
import { asProblem, faultsOf, particularsOf, problemIn, problemOf, unreachable } from './problem.js';

const BODY = {
  type: '/problems/REQUEST_INVALID',
  title: 'Request invalid',
  status: 400,
  detail: 'Correct what `errors` names and send the request again.',
  code: 'REQUEST_INVALID',
  errors: [{ pointer: '/reason', detail: 'is too short' }, { detail: 'is no object' }, 'nonsense'],
};

describe('an answer that is no 2xx', () => {
  it('is a problem with its code, texts, members and request id', () => {
    const problem = problemOf(BODY, 400, 'request-1');
    expect(problem).toMatchObject({
      code: 'REQUEST_INVALID',
      title: 'Request invalid',
      detail: BODY.detail,
      status: 400,
      requestId: 'request-1',
      members: BODY,
      isUndecided: false,
    });
    expect(faultsOf(problem)).toEqual(['/reason is too short', 'is no object']);
  });

  it.each([null, 'a page', [], { code: 7 }, '<html>'])('is told as unreadable where it is %j', (body) => {
    expect(problemOf(body, 502, null)).toMatchObject({
      code: 'ANSWER_UNREADABLE',
      status: 502,
      isUndecided: true,
    });
  });
});

it.each([
  ['SESSION_ENDED', 401, true],
  ['TOKEN_MISSING', 401, true],
  ['LOGIN_TOO_OLD', 401, false],
  ['SCOPE_MISSING', 403, false],
])('%s ends the session: %s %s', (code, status, isOver) => {
  expect(problemOf({ code }, status, null).isSessionOver).toBe(isOver);
});

it.each([
  ['REQUEST_IN_PROGRESS', 409, true],
  ['DATABASE_UNAVAILABLE', 503, true],
  ['PIN_NOT_LOCKED', 409, false],
  ['RATE_LIMITED', 429, false],
])('%s leaves open whether it was done: %s %s', (code, status, isUndecided) => {
  expect(problemOf({ code }, status, null).isUndecided).toBe(isUndecided);
});

it('what belongs to its code is told, and how long to wait', () => {
  const response = new Response(null, {
    status: 429,
    headers: { 'retry-after': '12', 'x-request-id': 'request-3' },
  });
  const problem = problemIn(response, { ...BODY, code: 'RATE_LIMITED', limit: 'client-requests' });
  expect(problem.requestId).toBe('request-3');
  expect(particularsOf(problem)).toEqual({ limit: 'client-requests', retryAfterSeconds: 12 });
});

it('no answer leaves it open as well, and keeps the request id', () => {
  expect(unreachable('request-2')).toMatchObject({
    code: 'UNREACHABLE',
    requestId: 'request-2',
    isUndecided: true,
  });
});

it('whatever else is thrown is a fault of the console', () => {
  expect(asProblem(new TypeError('x is undefined'))).toMatchObject({ code: 'CONSOLE_FAULT' });
});
