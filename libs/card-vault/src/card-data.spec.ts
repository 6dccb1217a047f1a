import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CardData, isPan } from './card-data.js';

describe('a PAN', () => {
  // Test numbers that the schemes publish, 14 to 19 digits; and the example of ISO/IEC 7812-1, annex B.
  it.each([
    '4111111111111111',
    '5555555555554444',
    '378282246310005',
    '30569309025904',
    '6304000000000000000',
    '49927398716'.padStart(12, '0'),
  ])('has a right check digit: %s', (pan) => {
    expect(isPan(pan)).toBe(true);
    for (let digit = 0; digit < 10; digit += 1) {
      const other = `${pan.slice(0, -1)}${digit}`;
      expect(isPan(other)).toBe(other === pan);
    }
  });

  it.each([
    '',
    '0',
    '41111111111',
    '41111111111111111111',
    '4111 1111 1111 1111',
    '４１１１１１１１１１１１１１１１',
    ' 4111111111111111',
  ])('is not %j', (text) => {
    expect(isPan(text)).toBe(false);
  });
});

describe('card data', () => {
  const data = new CardData('4111111111111111', '12/29', 'ANNA');

  it('redact themselves but for four digits', () => {
    const written = [String(data), JSON.stringify({ data }), inspect({ data }, { depth: 5 })];
    for (const text of written) {
      expect(text).toContain('XXXX1111');
      expect(text).not.toMatch(/41111|12\/29|ANNA/);
    }
  });

  it('need a PAN', () => {
    expect(() => new CardData('4111111111111112', null, null)).toThrow(RangeError);
  });
});
