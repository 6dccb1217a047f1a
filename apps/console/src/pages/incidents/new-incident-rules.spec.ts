import { describe, expect, it } from 'vitest';
import { filterOf, linesOf } from './new-incident-rules.js';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const FIELDS = {
  triedFrom: '2026-11-30T08:00:00Z',
  triedTo: '2026-11-30T11:30:00Z',
  lockedFrom: '',
  lockedTo: '',
  clientId: ' card-app ',
  sourceAddresses: '',
};

describe('the filter of a new incident', () => {
  it('has what was said, and nothing else', () => {
    expect(filterOf(FIELDS, NOW)).toEqual({
      filter: {
        triedFrom: '2026-11-30T08:00:00.000Z',
        triedTo: '2026-11-30T11:30:00.000Z',
        clientId: 'card-app',
      },
    });
  });

  it('takes ranges one a line, and the time of the lock', () => {
    const fields = {
      ...FIELDS,
      clientId: '',
      lockedFrom: FIELDS.triedFrom,
      sourceAddresses: '192.0.2.0/24\n\n 2001:db8::/32 ',
    };
    expect(filterOf(fields, NOW)).toMatchObject({
      filter: { lockedFrom: '2026-11-30T08:00:00.000Z', sourceAddresses: ['192.0.2.0/24', '2001:db8::/32'] },
    });
    expect(linesOf('a, b\nc')).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['triedFrom', { triedFrom: '' }],
    ['triedTo', { triedTo: '' }],
    ['triedTo', { triedTo: FIELDS.triedFrom }],
    ['triedTo', { triedTo: '2026-11-30T12:00:01Z' }],
    ['triedTo', { triedFrom: '2026-11-23T11:29:59Z' }],
    ['lockedTo', { lockedFrom: '2026-11-30T09:00:00Z', lockedTo: '2026-11-30T09:00:00Z' }],
    ['clientId', { clientId: '' }],
    ['clientId', { clientId: 'two words' }],
    [
      'sourceAddresses',
      { sourceAddresses: Array.from({ length: 17 }, (_, at) => `10.${at}.0.0/16`).join('\n') },
    ],
  ])('is refused for its %s: %j', (name, change) => {
    const answer = filterOf({ ...FIELDS, ...change }, NOW);
    expect('faults' in answer && Object.keys(answer.faults)).toEqual([name]);
  });
});
