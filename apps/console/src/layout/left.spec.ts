import { expect, it } from 'vitest';
import type { Session } from '../api/session.js';
import { leftOf } from './left.js';

const SESSION = {} as Session;

it('what is left of a session is up to its idle end, or to its end', () => {
  expect(leftOf({ session: SESSION, ended: false, idleEnds: 900, ends: 5000 }, 100)).toEqual({
    ms: 800,
    extendable: true,
  });
  expect(leftOf({ session: SESSION, ended: false, idleEnds: 5000, ends: 5000 }, 100)).toEqual({
    ms: 4900,
    extendable: false,
  });
  // No use makes it longer than its end.
  expect(leftOf({ session: SESSION, ended: false, idleEnds: 6000, ends: 5000 }, 100)).toEqual({
    ms: 4900,
    extendable: false,
  });
});

it('nothing is counted without a session, or after it', () => {
  expect(leftOf({ session: null, ended: false, idleEnds: 900, ends: 900 }, 100).ms).toBe(Infinity);
  expect(leftOf({ session: SESSION, ended: true, idleEnds: 900, ends: 900 }, 100).ms).toBe(Infinity);
});
