import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isPin } from '#libs/client/pin-block';
import { datePins, DEFAULT_WEAK_PINS, WEAK_PINS_PER_LENGTH } from './index.js';

const DOCUMENT = readFileSync(new URL('../../../docs/weak-pins.md', import.meta.url), 'utf8');
const ofLength = (length: number) => DEFAULT_WEAK_PINS.filter((pin) => pin.length === length);

describe('the weak list that ships', () => {
  it('holds PINs only, each once, and no more of one length than the HSM is asked for', () => {
    expect(DEFAULT_WEAK_PINS.every(isPin)).toBe(true);
    expect(new Set(DEFAULT_WEAK_PINS).size).toBe(DEFAULT_WEAK_PINS.length);
    for (let length = 4; length <= 12; length += 1) {
      expect(ofLength(length).length).toBeGreaterThan(20);
      expect(ofLength(length).length).toBeLessThanOrEqual(WEAK_PINS_PER_LENGTH);
    }
  });

  it('has every birth year from 1940 to 2012, and of those after it none that is not chosen otherwise', () => {
    for (let year = 1940; year <= 2012; year += 1) expect(ofLength(4)).toContain(String(year));
    const later = Array.from({ length: 17 }, (_, index) => String(2013 + index));
    // 20 and 20 again is a couplet.
    expect(later.filter((year) => ofLength(4).includes(year))).toEqual(['2020']);
  });

  it.each([
    ...['0000', '1111', '1234', '4321', '9876', '0123', '7890', '2580', '0852', '1212', '1379', '5683'],
    ...['1987', '1004', '1122', '2000', '2001', '1010', '2020'],
    ...['12345', '00000', '54321', '123456', '654321', '147147', '147258', '121212', '007007', '112233'],
    ...['1234567', '12345678', '1234567890', '123456789012', '999999999999', '210987654321'],
  ])('has %s', (pin) => {
    expect(DEFAULT_WEAK_PINS).toContain(pin);
  });

  it.each(['4832', '7391', '902755', '2015', '2024', '2029', '3112', '2412'])('does not have %s', (pin) => {
    expect(DEFAULT_WEAK_PINS).not.toContain(pin);
  });
});

describe('what the document says of it', () => {
  it('are its numbers', () => {
    const rows = DOCUMENT.matchAll(/^\| (\d+) +\| +(\d+) \|/gm);
    const counts = Object.fromEntries(Array.from(rows, ([, length, count]) => [length, Number(count)]));
    const counted = Array.from({ length: 9 }, (_, index) => [String(index + 4), ofLength(index + 4).length]);
    expect(counts).toEqual(Object.fromEntries(counted));
    expect(DOCUMENT).toContain(`${DEFAULT_WEAK_PINS.length} PINs in all`);
  });

  it.each([
    [4, 20, 26.83],
    [5, 20, 36.62],
    [6, 20, 20.21],
  ])(
    'of %i digits: the list has all of the %i most frequent, with the shares added up',
    (length, count, sum) => {
      const cell = new RegExp(String.raw`\`(\d{${length}})\` (\d+\.\d+)`, 'g');
      const published = Array.from(DOCUMENT.matchAll(cell), ([, pin = '', share]) => ({
        pin,
        share: Number(share),
      }));
      expect(published).toHaveLength(count);
      expect(published.map(({ pin }) => pin).filter((pin) => !ofLength(length).includes(pin))).toEqual([]);
      expect(published.reduce((total, { share }) => total + share, 0)).toBeCloseTo(sum, 1);
      expect(DOCUMENT).toContain(`**${sum} %**`);
    },
  );
});

describe('days of the year', () => {
  it.each([
    ['none', 0],
    ['day-month', 366],
    ['month-day', 366],
    ['both', 588],
  ] as const)('in the order %s are %i PINs', (order, count) => {
    const pins = datePins(order);
    expect([pins.length, new Set(pins).size]).toEqual([count, count]);
    expect(pins.every((pin) => isPin(pin) && pin.length === 4)).toBe(true);
  });

  it('are written as the order says', () => {
    expect(datePins('day-month')).toEqual(expect.arrayContaining(['3112', '2902', '0101']));
    expect(datePins('day-month')).not.toContain('1231');
    expect(datePins('month-day')).toContain('1231');
    expect(datePins('both')).not.toContain('3002');
  });
});
