import { describe, expect, it } from 'vitest';
import { faultsOf, queryOf } from './filters.js';
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
