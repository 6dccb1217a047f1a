import { describe, expect, it } from 'vitest';
import { cardsQuery, cardsSearch, chosenStatus, couldBeCardNumber, faultOfSearch } from './search.js';

describe('which cards are listed', () => {
  it('is the locked ones where nothing is asked for', () => {
    expect(cardsQuery(cardsSearch({}))).toEqual({ pinStatus: 'locked' });
  });

  it('is those of any state for who looks for one', () => {
    expect(cardsQuery(cardsSearch({ card_ref: 'my-card' }))).toEqual({ cardRef: 'my-card' });
    expect(cardsQuery(cardsSearch({ last4: '0042', pin_status: 'active', cursor: 'c1' }))).toEqual({
      last4: '0042',
      pinStatus: 'active',
      cursor: 'c1',
    });
  });

  it('passes over what does not fit', () => {
    expect(cardsSearch({ pin_status: 'open', card_ref: 'a b', last4: '42x4' })).toEqual({});
    expect(chosenStatus(cardsSearch({ pin_status: 'any' }))).toBe('any');
  });

  it('takes no card number from an address', () => {
    expect(cardsSearch({ card_ref: '4111111111111111' })).toEqual({});
  });
});

describe('what is typed into the search', () => {
  it.each([
    ['reference', '4111 1111 1111 1111', /card number/],
    ['reference', 'a b', /visible ASCII/],
    ['last4', '123', /Four digits/],
    ['id', 'abc', /UUID/],
  ] as const)('as %s is not %j', (by, value, fault) => {
    expect(faultOfSearch(by, value)).toMatch(fault);
  });

  it.each([
    ['reference', 'order-4711'],
    ['reference', ''],
    ['last4', '0042'],
    ['id', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ] as const)('as %s may be %j', (by, value) => {
    expect(faultOfSearch(by, value)).toBeNull();
  });

  it('is no card number with a wrong check digit', () => {
    expect(couldBeCardNumber('4111111111111112')).toBe(false);
    expect(couldBeCardNumber('4111-1111-1111-1111')).toBe(true);
  });
});
