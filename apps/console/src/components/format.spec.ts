import { describe, expect, it } from 'vitest';
import { formatSpan, formatTime, formatUtc, inWords } from './format.js';

const AT = Date.parse('2026-11-29T23:03:11.250Z');

describe('a time', () => {
  it('is written as the locale and zone write it', () => {
    expect(formatTime(AT, 'full', 'en-GB', 'Europe/Paris')).toBe('30 Nov 2026, 00:03:11');
    expect(formatTime(AT, 'clock', 'en-GB', 'UTC')).toBe('23:03');
    expect(formatTime(AT, 'short', 'de-DE', 'UTC')).toBe('29.11.2026, 23:03');
  });

  it('is there in UTC as logs have it', () => {
    expect(formatUtc(AT)).toBe('2026-11-29 23:03:11 UTC');
  });
});

it.each([
  [-1, '0 s'],
  [59_999, '59 s'],
  [300_000, '5 min'],
  [7_200_000, '2 h'],
  [3 * 86_400_000, '3 d'],
])('a span of %i ms is %s', (milliseconds, text) => {
  expect(formatSpan(milliseconds)).toBe(text);
});

it('a name of a closed set is words', () => {
  expect(inWords('client-rotate_secret')).toBe('client rotate secret');
});
