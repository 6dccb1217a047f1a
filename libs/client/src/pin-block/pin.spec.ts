import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPin, isPin, pinBlock } from './index.js';

const MALFORMED = ['', '123', '1234567890123', '12a4', ' 1234', '1234\n', '+1234', '12.4', '0x1234'];
// Arabic-Indic, full-width, Devanagari and mathematical digits, all of Unicode category Nd.
const OTHER_SCRIPTS = ['٤٣٢١', '１２３４', '१२३४', '𝟏𝟐𝟑𝟒', '12३4'];

describe('isPin', () => {
  it('takes 4 to 12 digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 16 }), (text) => {
        expect(isPin(text)).toBe(text.length >= 4 && text.length <= 12);
      }),
    );
  });

  it.each([...MALFORMED, ...OTHER_SCRIPTS])('refuses %j', (text) => {
    expect(isPin(text)).toBe(false);
  });

  it('refuses what is not text, even where it would print as digits', () => {
    expect(
      [1234, 1234n, ['1234'], { toString: () => '1234' }, null, undefined].some((value) => isPin(value)),
    ).toBe(false);
  });
});

describe('assertPin', () => {
  it.each(['123456789012345', '4321x'])('throws without the rejected text in message or stack', (secret) => {
    for (const refuse of [() => assertPin(secret), () => pinBlock(secret, '000000000000')]) {
      expect(refuse).toThrow(expect.objectContaining({ name: 'PinBlockError', code: 'PIN_MALFORMED' }));
      expect(refuse).toThrow(expect.not.objectContaining({ stack: expect.stringContaining(secret) }));
    }
  });

  it('lets a PIN pass', () => {
    expect(() => assertPin('0000')).not.toThrow();
  });
});
