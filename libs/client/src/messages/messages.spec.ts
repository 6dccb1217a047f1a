import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES } from '../backend/errors/codes.js';
import { messageFor, messageName, TEXTS, type MessageName } from './index.js';

/** Names that are no code of a problem. */
const OUTCOMES = [
  ...['VERIFIED', 'PIN_SET', 'PIN_CHANGED', 'PIN_RESET', 'WRONG_PIN', 'LAST_TRY'],
  ...['CHIP_UPDATE_PENDING', 'FAILED'],
];
const NAMES = Object.keys(TEXTS) as MessageName[];

describe('the name of a message', () => {
  it.each<[unknown, MessageName]>([
    [{ verified: true, triesRemaining: 3, pinStatus: 'active' }, 'VERIFIED'],
    [{ changed: true, pinStatus: 'active' }, 'PIN_CHANGED'],
    [{ pinStatus: 'active' }, 'PIN_SET'],
    [{ outcome: 'PIN_RESET', pinStatus: 'active' }, 'PIN_RESET'],
    [{ verified: false, triesRemaining: 2, pinStatus: 'active' }, 'WRONG_PIN'],
    [{ outcome: 'WRONG_PIN', triesRemaining: 1, pinStatus: 'active', lastTry: true }, 'LAST_TRY'],
    [
      { changed: false, reason: 'WRONG_PIN', triesRemaining: 1, pinStatus: 'active', lastTry: true },
      'LAST_TRY',
    ],
    [{ verified: false, triesRemaining: 0, pinStatus: 'locked' }, 'PIN_LOCKED'],
    [{ outcome: 'PIN_LOCKED' }, 'PIN_LOCKED'],
    [{ code: 'OTP_REJECTED', attemptsRemaining: 2 }, 'OTP_REJECTED'],
    // It tells a status beside, and is no success for that.
    [{ code: 'PIN_ENVELOPE_UNREADABLE', triesRemaining: 2, pinStatus: 'active' }, 'FAILED'],
    // Without the number there is no sentence with it.
    [{ verified: false, pinStatus: 'active' }, 'FAILED'],
    [{ code: 'TOKEN_INVALID' }, 'FAILED'],
    [{ code: 'constructor' }, 'FAILED'],
    [{ outcome: '__proto__' }, 'FAILED'],
    [{}, 'FAILED'],
    [null, 'FAILED'],
    ['<html>', 'FAILED'],
  ])('of %j is %s', (answer, name) => expect(messageName(answer)).toBe(name));
});

describe('texts for cardholders', () => {
  it('have the number where one belongs, and are said in another language', () => {
    const wrong = { verified: false, triesRemaining: 2, pinStatus: 'active' };
    expect(messageFor(wrong)).toBe('Wrong PIN. Tries left: 2.');
    const german = { ...TEXTS, WRONG_PIN: 'Falsche PIN. Noch {n} Versuche.' };
    expect(messageFor(wrong, german)).toBe('Falsche PIN. Noch 2 Versuche.');
  });

  it('are named by codes of the service, or by what an answer means', () => {
    const codes: readonly string[] = PROBLEM_CODES;
    expect(NAMES.filter((name) => !codes.includes(name))).toEqual(OUTCOMES);
  });

  it('are short sentences that say nothing of the service and hold no number of their own', () => {
    for (const text of Object.values(TEXTS)) {
      expect(text).toMatch(/^[A-Z][A-Za-z ,.:]*(?:\{n\})?\.$/);
      expect(text.length).toBeLessThan(90);
      expect(text).not.toMatch(/HSM|key|server|database|digit|hash|log/i);
    }
  });
});
