import { expect, it } from 'vitest';
import { auditLineOf } from './audit-event.js';

it('a line of the trail is read as far as it fits', () => {
  expect(
    auditLineOf({ action: 'pin.unlock', occurredAt: '2026-11-29T23:03:11.000000Z', result: 7 }),
  ).toMatchObject({
    action: 'pin.unlock',
    at: '2026-11-29T23:03:11.000000Z',
    result: null,
    subject: null,
  });
  expect(auditLineOf({})).toMatchObject({ action: '?', at: null });
});
