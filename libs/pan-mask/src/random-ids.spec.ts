import { expect, it } from 'vitest';
import { ID_FORMS } from '../../../test/support/random-ids.js';
import { holdsSecret } from './hidden-secrets.js';

/** test/evidence/random-ids.evidence.ts makes up to a million of each. */
const MANY = 10_000;

it.each(ID_FORMS)('%s is not taken for a card number', (_, make) => {
  const ids = Array.from({ length: MANY }, make);
  expect(ids.filter((id) => holdsSecret(id))).toEqual([]);
});
