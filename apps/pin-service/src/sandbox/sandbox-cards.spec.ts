import { expect, it } from 'vitest';
import { DATE_ORDERS, datePins, DEFAULT_WEAK_PINS } from '#libs/hsm';
import { KNOWN_PIN } from './sandbox-cards.js';

it('the known PIN is one that a card may have: not on the weak list, no date', () => {
  const weak = [...DEFAULT_WEAK_PINS, ...DATE_ORDERS.flatMap((order) => [...datePins(order)])];
  expect(weak).toContain('1234');
  expect(weak).not.toContain(KNOWN_PIN);
});
