import { describe, expect, it } from 'vitest';
import { exportAddress, faultsOf, localMoment, queryOf, typedMoment } from './filters.js';
import { membersOf } from './line-members.js';
import { auditSearch } from './search.js';

const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

describe('filters of the trail', () => {
  it('are kept in the address, and sent under the contract’s names', () => {
    const search = auditSearch({ card_id: CARD, cursor: '200', other: 'x' });
    expect(search).toEqual({ card_id: CARD, cursor: '200' });
    expect(queryOf(search)).toEqual({ cardId: CARD });
  });

  it('are passed over in an address, and told in the bar, where they do not fit', () => {
    expect(auditSearch({ card_id: 'x', view: 'all' })).toEqual({});
    expect(Object.keys(faultsOf({ card_id: 'x' }))).toEqual(['card_id']);
    expect(faultsOf({ card_id: '' })).toEqual({});
  });

  it('may all be in one address, moments in UTC', () => {
    const all = {
      from: '2026-11-30T00:00:00Z',
      to: '2026-11-30T12:00:00.5Z',
      action: 'pin.validate',
      client_id: 'card-app',
      subject: 'Zoë O’Neill',
      card_id: CARD,
      request_id: 'a/b+c',
    };
    expect(auditSearch({ ...all })).toEqual(all);
    expect(
      auditSearch({ from: '2026-11-30T00:00', to: 'now', action: 'two words', request_id: 'x y' }),
    ).toEqual({});
    const address = new URL(exportAddress(all, 'csv'), 'https://console.example');
    expect(address.pathname).toBe('/v1/admin/audit/export');
    expect(Object.fromEntries(address.searchParams)).toEqual({
      ...{ format: 'csv', from: all.from, to: all.to, action: all.action, cardId: CARD },
      ...{ clientId: all.client_id, subject: all.subject, requestId: all.request_id },
    });
  });

  it('end no earlier than they begin', () => {
    const moments = { from: '2026-11-30T12:00:00Z', to: '2026-11-30T11:59:59Z' };
    expect(Object.keys(faultsOf(moments))).toEqual(['to']);
    expect(faultsOf({ ...moments, to: moments.from })).toEqual({});
  });

  it('have moments as they were typed, and nothing for what is none', () => {
    expect(localMoment(typedMoment('2026-03-29T01:59:59'))).toBe('2026-03-29T01:59:59');
    expect([typedMoment(''), localMoment(undefined), localMoment('soon')]).toEqual(['', '', '']);
  });
});

describe('a line, member by member', () => {
  it('has all that is in it, with its details apart', () => {
    expect(membersOf('{"auditId":41,"action":"pin.validate","details":{"tries":3,"by":{"a":1}}}')).toEqual({
      members: [
        { name: 'auditId', value: '41' },
        { name: 'action', value: 'pin.validate' },
      ],
      details: [
        { name: 'tries', value: '3' },
        { name: 'by', value: '{\n  "a": 1\n}' },
      ],
    });
  });

  it('hides nothing that has another form', () => {
    expect(membersOf('no JSON').members).toEqual([{ name: 'entry', value: 'no JSON' }]);
    expect(membersOf('{"details":[1]}').members).toHaveLength(1);
  });
});
