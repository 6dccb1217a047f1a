import { describe, expect, it } from 'vitest';
import { isPinAccount, pinAccountFromPan } from './index.js';

describe('pinAccountFromPan', () => {
  it('takes the rightmost 12 digits without the check digit', () => {
    expect(pinAccountFromPan('43219876543210987')).toBe('987654321098');
    expect(pinAccountFromPan('1234567890123')).toBe('123456789012');
  });

  it('pads a 12-digit PAN on the left with a zero', () => {
    expect(pinAccountFromPan('400000123456')).toBe('040000012345');
  });

  it.each([
    '40000012345',
    '12345678901234567890',
    '4321 9876 5432 1098',
    '４００００００１２３４５６２',
    '400000123456x',
  ])('refuses %j without repeating it', (pan) => {
    const refuse = () => pinAccountFromPan(pan);
    expect(refuse).toThrow(
      expect.objectContaining({ code: 'PAN_MALFORMED', message: 'a PAN has 12 to 19 digits, 0 to 9' }),
    );
    expect(refuse).toThrow(expect.not.objectContaining({ stack: expect.stringContaining(pan) }));
  });
});

describe('isPinAccount', () => {
  it('takes exactly 12 digits', () => {
    expect(['000000000000', '123456789012'].every((text) => isPinAccount(text))).toBe(true);
    expect(
      ['12345678901', '1234567890123', '１２３４５６７８９０１２', 123_456_789_012].some((text) =>
        isPinAccount(text),
      ),
    ).toBe(false);
  });
});
