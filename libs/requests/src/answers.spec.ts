import { describe, expect, it } from 'vitest';
import { answered, refused, storedBody, storedProblem, type ClaimRefusal } from './index.js';

describe('a stored answer', () => {
  it('is sent again with its body and its status', () => {
    expect(answered(storedBody({ a: 1 }))).toEqual({ body: { a: 1 }, replayed: true });
    expect(answered({ body: {}, created: false }, { replayed: false })).toEqual({
      body: {},
      created: false,
      replayed: false,
    });
  });

  it('is thrown when it is a problem', () => {
    const problem = storedProblem('PIN_TOO_WEAK', { a: 1 });
    expect(() => answered(problem)).toThrow(
      expect.objectContaining({ code: 'PIN_TOO_WEAK', members: { a: 1 }, replayed: true }),
    );
  });
});

describe('a repeated request id', () => {
  it.each<[ClaimRefusal, string]>([
    [{ outcome: 'REQUEST_ID_REUSED' }, 'REQUEST_ID_REUSED'],
    [{ outcome: 'REQUEST_NOT_REPLAYABLE' }, 'REQUEST_NOT_REPLAYABLE'],
    [{ outcome: 'REQUEST_IN_PROGRESS', retryAfterSeconds: 3 }, 'REQUEST_IN_PROGRESS'],
  ])('%j is refused as %s', (refusal, code) => {
    expect(refused(refusal)).toMatchObject({ code });
  });

  it('says how long to wait while the first runs', () => {
    const error = refused({ outcome: 'REQUEST_IN_PROGRESS', retryAfterSeconds: 3 });
    expect(error.retryAfterSeconds).toBe(3);
  });
});
