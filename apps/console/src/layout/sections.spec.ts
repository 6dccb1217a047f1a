import { expect, it } from 'vitest';
import { sectionsFor } from './sections.js';

it.each([
  [[], ['Overview']],
  [['audit:read'], ['Overview', 'Audit']],
  [['ops:unlock'], ['Overview', 'Approvals']],
  [['webhooks:manage'], ['Overview', 'Approvals', 'Webhooks']],
])('with the scopes %j the navigation has %j', (scopes, names) => {
  expect(sectionsFor(scopes).map(({ name }) => name)).toEqual(names);
});

it('each section has a key of its own', () => {
  const keys = sectionsFor(['ops:read', 'ops:unlock', 'ops:clients', 'audit:read', 'webhooks:manage']).map(
    ({ key }) => key,
  );
  expect(new Set(keys).size).toBe(keys.length);
});
