import { expect, it } from 'vitest';
import { countInWords, mostOf, nextHour, totalOf } from './hours.js';
import { overviewSearch } from './search.js';

const at = (...counts: readonly (number | null)[]) =>
  counts.map((count, place) => ({ hour: `2026-11-30T${String(place).padStart(2, '0')}:00:00Z`, count }));

it('keys go through the hours and stay within them', () => {
  expect(nextHour('ArrowRight', 3, 24)).toBe(4);
  expect(nextHour('ArrowRight', 23, 24)).toBe(23);
  expect(nextHour('ArrowLeft', 0, 24)).toBe(0);
  expect(nextHour('PageDown', 4, 24)).toBe(0);
  expect(nextHour('PageUp', 4, 24)).toBe(10);
  expect([nextHour('Home', 9, 24), nextHour('End', 9, 24)]).toEqual([0, 23]);
  expect(nextHour('a', 9, 24)).toBeNull();
});

it('hours that were not counted are no zeros', () => {
  expect(totalOf(at(null, 2, 3))).toBe(5);
  expect(totalOf(at(null, 0))).toBe(0);
  expect(totalOf(at(null, null))).toBeNull();
  expect(mostOf(at(null, 2, 3))).toBe(3);
  expect(countInWords(null)).toBe('not counted');
  expect(countInWords(0)).toBe('0');
});

it('an address names one of the spans, or none', () => {
  expect(overviewSearch({ hours: '168' })).toEqual({ hours: '168' });
  expect(overviewSearch({ hours: '25' })).toEqual({});
  expect(overviewSearch({ hours: 24 })).toEqual({});
});
