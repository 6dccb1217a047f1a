import { expect, it } from 'vitest';
import { countOf } from './count-of.js';
import { partsFor } from './parts.js';

it.each([
  [['audit:read'], []],
  [['webhooks:manage'], ['approvals']],
  [['ops:read'], ['soundness', 'activity', 'brakes', 'alarms', 'incidents', 'cards']],
  [['ops:incidents'], ['approvals', 'incidents']],
])('with %j the overview has %j', (scopes, parts) => {
  expect(partsFor(scopes)).toEqual(parts);
});

it('a count says when there are more', () => {
  expect(countOf(12, null)).toBe('12');
  expect(countOf(100, 'next')).toBe('more than 100');
});
