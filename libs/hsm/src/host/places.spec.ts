import { expect, it } from 'vitest';
import { HsmUnavailable } from '../contract/faults.js';
import { Places } from './places.js';

it('a tenant takes its share of the places and no more, however many it asks for; others still find one', () => {
  const places = new Places(8);
  const flood = Array.from({ length: 6 }, () => places.reserve('one'));
  for (let again = 0; again < 100; again += 1) expect(() => places.reserve('one')).toThrow(/share/);
  using other = places.reserve('other');
  using own = places.reserve();
  expect(other.number).not.toBe(own.number);
  expect(() => places.reserve('third')).toThrow('the HSM queue is full');
  flood[0]?.[Symbol.dispose]();
  // Giving a place back twice frees one.
  flood[0]?.[Symbol.dispose]();
  using _again = places.reserve('one');
  expect(() => places.reserve('one')).toThrow(HsmUnavailable);
});

it('a queue of one place has it for whoever comes', () => {
  const places = new Places(1);
  places.reserve('one')[Symbol.dispose]();
  expect(() => places.reserve('other')).not.toThrow();
});
