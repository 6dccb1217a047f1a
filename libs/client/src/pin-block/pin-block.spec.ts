import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import format0 from '../../../../test/vectors/iso9564-format0.json' with { type: 'json' };
import { pinAccountFromPan, pinBlock } from './index.js';

const digits = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();

/** The account number field of the standard: 0000 and the 12 digits, read as hexadecimal. */
const accountField = (pinAccount: string) => Buffer.from(`0000${pinAccount}`, 'hex');

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

describe('pinBlock', () => {
  it.each(format0.vectors)('is $pinBlock for PIN $pin and PAN $pan', ({ pin, pan, ...vector }) => {
    expect(pinAccountFromPan(pan)).toBe(vector.pinAccount);
    expect(hex(pinBlock(pin, vector.pinAccount))).toBe(vector.pinBlock);
  });

  it.each(format0.vectors)('is the same for the digits of $pin as bytes', ({ pin, ...vector }) => {
    const inBytes = Uint8Array.from(pin, Number);
    expect(hex(pinBlock(inBytes, vector.pinAccount))).toBe(vector.pinBlock);
    expect(inBytes, 'are left to the caller').toEqual(Uint8Array.from(pin, Number));
  });

  it.each([[[1, 2, 3]], [[1, 2, 3, 10]], [[49, 50, 51, 52]], [Array.from({ length: 13 }, () => 1)]])(
    'refuses the bytes %j',
    (bytes) => {
      const refused = () => pinBlock(Uint8Array.from(bytes), '987654321098');
      expect(refused).toThrow(expect.objectContaining({ code: 'PIN_MALFORMED' }));
    },
  );

  it('is covered by vectors of every PIN and PAN length, each with its source', () => {
    const lengths = (of: 'pin' | 'pan') => new Set(format0.vectors.map((vector) => vector[of].length));
    expect(lengths('pin')).toEqual(new Set([4, 5, 6, 7, 8, 9, 10, 11, 12]));
    expect(lengths('pan')).toEqual(new Set([12, 13, 14, 15, 16, 17, 18, 19]));
    expect(format0.vectors.every(({ source }) => source.length > 20)).toBe(true);
  });

  it('decodes back to the PIN, its length and the fill', () => {
    fc.assert(
      fc.property(digits(4, 12), digits(12), (pin, account) => {
        const pinField = hex(xor(pinBlock(pin, account), accountField(account)));
        expect(pinField).toBe(`0${pin.length.toString(16).toUpperCase()}${pin}`.padEnd(16, 'F'));
      }),
    );
  });

  it('is the PIN field XOR the account number field: two accounts differ by exactly their digits', () => {
    fc.assert(
      fc.property(digits(4, 12), digits(12), digits(12), (pin, one, other) => {
        const difference = xor(pinBlock(pin, one), pinBlock(pin, other));
        expect(difference).toEqual(xor(accountField(one), accountField(other)));
      }),
    );
  });

  it.each(['12345678901', '1234567890123', '12345678901a', ' 23456789012', '１２３４５６７８９０１２', ''])(
    'refuses the account "%s" without repeating it',
    (account) => {
      expect(() => pinBlock('1234', account)).toThrow(
        expect.objectContaining({
          code: 'PIN_ACCOUNT_MALFORMED',
          message: 'a PIN account has exactly 12 digits, 0 to 9',
        }),
      );
    },
  );
});
