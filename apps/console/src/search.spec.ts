import { describe, expect, it } from 'vitest';
import { cursorIn, given, oneIn, parseQuery, stringifyQuery, textIn, UUID } from './search.js';

describe('the query of an address', () => {
  it('is text, whatever it looks like', () => {
    expect(parseQuery('?last4=0042&pin_status=true')).toEqual({ last4: '0042', pin_status: 'true' });
  });

  it('is written so that it is read the same', () => {
    const query = { card_ref: 'a&b=c d', last4: '0042' };
    expect(parseQuery(stringifyQuery(query))).toEqual(query);
    expect(stringifyQuery({ cursor: undefined, status: '' })).toBe('');
  });
});

it('a member that does not fit is passed over', () => {
  expect(textIn({ last4: '12' }, 'last4', /^\d{4}$/)).toBeUndefined();
  expect(textIn({ last4: 1234 }, 'last4', /^\d{4}$/)).toBeUndefined();
  expect(oneIn({ status: 'gone' }, 'status', ['pending', 'approved'])).toBeUndefined();
  expect(oneIn({ status: 'pending' }, 'status', ['pending', 'approved'])).toBe('pending');
  expect(cursorIn({ cursor: '' })).toEqual({});
  expect(cursorIn({ cursor: 'x'.repeat(513) })).toEqual({});
});

it('members without a value are left out', () => {
  expect(given({ a: undefined, b: '', c: 'x', d: 0 })).toEqual({ c: 'x', d: 0 });
});

it('an id is a UUID', () => {
  expect(UUID.test('3f2504e0-4f89-41d3-9a0c-0305e82c3301')).toBe(true);
  expect(UUID.test('3f2504e0-4f89-41d3-9a0c-0305e82c330')).toBe(false);
});
