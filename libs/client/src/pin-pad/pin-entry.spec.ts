import { expect, it } from 'vitest';
import { PinEntry } from './pin-entry.js';

function typed(...digits: readonly number[]): PinEntry {
  const entry = new PinEntry();
  for (const digit of digits) entry.add(digit);
  return entry;
}

/** All twelve bytes behind the digits, typed or not. */
const behind = (entry: PinEntry) => [...new Uint8Array(entry.digits.buffer)];

const ZEROS = Array.from({ length: 12 }, () => 0);

it('holds what was typed, without what was taken back', () => {
  const entry = typed(4, 8, 2);
  entry.removeLast();
  entry.add(1);
  expect([...entry.digits]).toEqual([4, 8, 1]);
  for (let count = 0; count < 5; count += 1) entry.removeLast();
  expect(entry.length).toBe(0);
  expect(behind(entry)).toEqual(ZEROS);
});

it('holds twelve digits and no more', () => {
  const entry = typed(...Array.from({ length: 14 }, (_, index) => index % 10));
  expect([...entry.digits]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
});

it('is zero in every byte once it is wiped', () => {
  const entry = typed(4, 8, 2, 9);
  const { digits } = entry;
  entry.wipe();
  expect([...digits]).toEqual([0, 0, 0, 0]);
  expect(behind(entry)).toEqual(ZEROS);
  expect(entry.length).toBe(0);
});

it('takes over digits and leaves none behind', () => {
  const [first, entry] = [typed(9, 9, 9, 9, 9, 9), typed(4, 8, 2, 9)];
  first.takeOver(entry);
  expect([...first.digits]).toEqual([4, 8, 2, 9]);
  expect(behind(entry)).toEqual(ZEROS);
});

it.each([
  [[1, 2, 3, 4], [1, 2, 3, 4], true],
  [[1, 2, 3, 4], [1, 2, 3, 5], false],
  [[1, 2, 3, 4], [1, 2, 3, 4, 0], false],
  [[1, 2, 3, 4, 0], [1, 2, 3, 4], false],
])('of %j equals %j: %s', (one, other, equal) => {
  expect(typed(...one).equals(typed(...other))).toBe(equal);
});
