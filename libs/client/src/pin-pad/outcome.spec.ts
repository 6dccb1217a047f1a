import { expect, it } from 'vitest';
import { outcomeOf } from './outcome.js';

it.each([
  [{ pinStatus: 'active' }, 'done', 'done'],
  [{ verified: true, triesRemaining: 3, pinStatus: 'active' }, 'done', 'done'],
  [{ changed: true, pinStatus: 'active' }, 'done', 'done'],
  [{ verified: false, triesRemaining: 2, pinStatus: 'active' }, 'wrong', 'entry'],
  [{ changed: false, reason: 'WRONG_PIN', triesRemaining: 2, pinStatus: 'active' }, 'wrong', 'entry'],
  [{ verified: false, triesRemaining: 1, pinStatus: 'active', lastTry: true }, 'last', 'entry'],
  [{ changed: false, triesRemaining: 1, pinStatus: 'active', lastTry: true }, 'last', 'entry'],
  [{ verified: false, triesRemaining: 0, pinStatus: 'locked' }, 'locked', 'locked'],
  [{ code: 'PIN_LOCKED', status: 423 }, 'locked', 'locked'],
  [{ code: 'PIN_TOO_WEAK' }, 'weak', 'entry'],
  [{ code: 'PIN_REUSED' }, 'reused', 'entry'],
  // It tells a status beside, and is no success for that.
  [{ code: 'PIN_ENVELOPE_UNREADABLE', triesRemaining: 2, pinStatus: 'active' }, 'failed', 'entry'],
  [{ code: 'constructor' }, 'failed', 'entry'],
  [{}, 'failed', 'entry'],
  [undefined, 'failed', 'entry'],
  [null, 'failed', 'entry'],
  ['<html>', 'failed', 'entry'],
])('%j is %s', (body, text, state) => {
  const { triesRemaining = 0 } = (typeof body === 'object' ? (body ?? {}) : {}) as {
    triesRemaining?: number;
  };
  expect(outcomeOf(body)).toEqual({ text, state, n: ['wrong', 'last'].includes(text) ? triesRemaining : 0 });
});
