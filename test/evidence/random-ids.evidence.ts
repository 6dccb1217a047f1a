import { expect, it } from 'vitest';
import { holdsSecret } from '#libs/pan-mask';
import { CARD_LIKE_FORMS, ID_FORMS } from '../support/random-ids.js';
import { scaled } from '../support/scale.js';

const MADE = scaled({ ci: 100_000, full: 1_000_000 });

function taken(make: () => string): number {
  let count = 0;
  for (let made = 0; made < MADE; made += 1) count += Number(holdsSecret(make()));
  return count;
}

it.each(ID_FORMS)('of many ids (%s) at most one in 100,000 is taken for a card number', (_, make) => {
  expect(taken(make)).toBeLessThanOrEqual(MADE / 100_000);
});

it.each(CARD_LIKE_FORMS)('of many ids (%s) no more are than is documented', (_, make, share) => {
  const count = taken(make);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThanOrEqual(MADE * share);
});
