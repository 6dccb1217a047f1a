import { expect, it } from 'vitest';
import { nextRow } from './next-row.js';

it.each([
  ['ArrowDown', 0, 3, 1],
  ['ArrowDown', 2, 3, 2],
  ['ArrowUp', 2, 3, 1],
  ['ArrowUp', 0, 3, 0],
  ['Home', 2, 3, 0],
  ['End', 0, 3, 2],
  ['a', 0, 3, null],
  ['End', 0, 0, null],
])('%s in row %i of %i leads to %s', (key, current, count, next) => {
  expect(nextRow(key, current, count)).toBe(next);
});
