import { expect, it } from 'vitest';
import { below, shuffledDigits } from './shuffle.js';

it('gives each digit once', () => {
  for (let count = 0; count < 200; count += 1)
    expect(shuffledDigits().toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it.each([10, 9, 8, 7, 6, 5, 4, 3, 2])('favours none of %i places', (places) => {
  const counts = Array.from({ length: places }, () => 0);
  for (let byte = 0; byte < 256; byte += 1) {
    const bytes = [byte];
    const place = below(places, (room) => room.fill(bytes.shift() ?? 0));
    // A second byte was asked for where the first would have favoured a place.
    if (bytes.length === 0 && byte < 256 - (256 % places)) counts[place] = (counts[place] ?? 0) + 1;
    else expect(place).toBe(0);
  }
  expect(new Set(counts)).toEqual(new Set([Math.floor(256 / places)]));
});

it('asks for bytes until one is fair', () => {
  const bytes = [250, 255, 253, 7];
  expect(below(10, (room) => room.fill(bytes.shift() ?? 0))).toBe(7);
  expect(bytes).toEqual([]);
});

it('can give every order of the last three places, each as often', () => {
  // All choices before are such that a digit stays where it is.
  const stay = [9, 8, 7, 6, 5, 4, 3];
  const orders = [0, 1, 2].flatMap((two) =>
    [0, 1].map((one) => {
      const bytes = [...stay, two, one];
      return shuffledDigits((room) => room.fill(bytes.shift() ?? 0)).join('');
    }),
  );
  expect(new Set(orders).size).toBe(6);
  expect(orders.every((order) => order.endsWith('3456789'))).toBe(true);
});

it('uses the generator of the platform, and gives different orders', () => {
  const orders = new Set(Array.from({ length: 50 }, () => shuffledDigits().join('')));
  expect(orders.size).toBeGreaterThan(45);
});
