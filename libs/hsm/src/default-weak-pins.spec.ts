import { describe, expect, it } from 'vitest';
import { isPin } from '#libs/pin-block';
import { DEFAULT_WEAK_PINS, WEAK_PINS_PER_LENGTH } from './index.js';

describe('the weak list that ships', () => {
  it('holds PINs only, each once, and no more of one length than the HSM is asked for', () => {
    expect(DEFAULT_WEAK_PINS.every(isPin)).toBe(true);
    expect(new Set(DEFAULT_WEAK_PINS).size).toBe(DEFAULT_WEAK_PINS.length);
    for (let length = 4; length <= 12; length += 1) {
      const count = DEFAULT_WEAK_PINS.filter((pin) => pin.length === length).length;
      expect(count).toBeGreaterThan(20);
      expect(count).toBeLessThanOrEqual(WEAK_PINS_PER_LENGTH);
    }
  });

  it.each([
    ...[
      '0000',
      '1111',
      '1234',
      '4321',
      '9876',
      '0123',
      '7890',
      '2580',
      '0852',
      '1212',
      '2024',
      '2015',
      '2029',
    ],
    ...['12345', '00000', '123456', '654321', '147147', '258025', '121212', '20242024', '12345678'],
    ...['1234567890', '123456789012', '999999999999', '210987654321'],
  ])('has %s', (pin) => {
    expect(DEFAULT_WEAK_PINS).toContain(pin);
  });

  it.each(['4832', '7391', '902755'])('does not have %s', (pin) => {
    expect(DEFAULT_WEAK_PINS).not.toContain(pin);
  });
});
