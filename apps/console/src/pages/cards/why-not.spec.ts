import { expect, it } from 'vitest';
import type { Schemas } from '../../api/client.js';
import { brakesOn, needsReset, whyNoUnlock } from './why-not.js';

it('only a locked card can be unlocked', () => {
  expect(whyNoUnlock({ pinStatus: 'locked' })).toBeNull();
  for (const pinStatus of ['active', 'unset', 'closed'] as const)
    expect(whyNoUnlock({ pinStatus })).toMatch(/\.$/);
});

it('brakes on the card, on unlocking and on everything stop an unlock', () => {
  const brake = (kind: Schemas['Brake']['kind'], target: string) => ({ kind, target }) as Schemas['Brake'];
  const stopping = [brake('card', 'a'), brake('operation', 'pin.unlock'), brake('everything', '')];
  const others = [
    brake('card', 'b'),
    brake('operation', 'pin.validate'),
    brake('client', 'a'),
    brake('client-pins', 'a'),
  ];
  expect(brakesOn('a', [...others, ...stopping])).toEqual(stopping);
});

it('past the limit of failures only a reset helps', () => {
  expect(needsReset(20, 20)).toBe(true);
  expect(needsReset(19, 20)).toBe(false);
  expect(needsReset(20, undefined)).toBe(false);
});
