import { describe, expect, it } from 'vitest';
import { addressEntries, agreementsIn, entriesOf, gainsOf, type Agreement } from './agreement.js';
import { agreementIn, changeOf, fieldsOf } from './change-rules.js';

const BEFORE: Agreement = {
  scopes: ['pin:set', 'pin:validate'],
  allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
  requestsPerMinute: 600,
};
const typed = (fields: Partial<ReturnType<typeof fieldsOf>>) =>
  agreementIn({ ...fieldsOf(BEFORE), ...fields });

describe('a change of a client', () => {
  it('begins with what is agreed, in which nothing is different', () => {
    expect(typed({})).toEqual({ after: BEFORE });
    expect(changeOf(BEFORE, BEFORE)).toBeNull();
    expect(
      changeOf(BEFORE, { ...BEFORE, allowedAddresses: BEFORE.allowedAddresses.toReversed() }),
    ).toBeNull();
  });

  it('is sent as the members that differ', () => {
    const answer = typed({ scopes: ['pin:set'], addresses: ' 192.0.2.7 \n\n192.0.2.7', rate: '' });
    expect(answer).toEqual({
      after: { scopes: ['pin:set'], allowedAddresses: ['192.0.2.7'], requestsPerMinute: null },
    });
    expect('after' in answer && changeOf(BEFORE, answer.after)).toEqual({
      scopes: ['pin:set'],
      allowedAddresses: ['192.0.2.7'],
      requestsPerMinute: null,
    });
    expect(changeOf(BEFORE, { ...BEFORE, requestsPerMinute: 60 })).toEqual({ requestsPerMinute: 60 });
    expect(changeOf(BEFORE, { ...BEFORE, scopes: ['pin:set', 'pin:reset'] })).toEqual({
      scopes: ['pin:set', 'pin:reset'],
    });
  });

  it.each([
    ['scopes', { scopes: [] }],
    ['addresses', { addresses: 'ours.example' }],
    ['rate', { rate: '0' }],
  ])('is refused for its %s', (name, fields) => {
    const answer = typed(fields);
    expect('faults' in answer && Object.keys(answer.faults)).toEqual([name]);
  });

  it('shows all that was and all that will be', () => {
    expect(entriesOf(['a', 'b'], ['b', 'c'])).toEqual([
      { value: 'a', state: 'removed' },
      { value: 'b', state: 'kept' },
      { value: 'c', state: 'added' },
    ]);
    const after = ['192.0.2.7/32', '198.51.100.0/24'];
    expect(addressEntries(BEFORE.allowedAddresses, after).map(({ state }) => state)).toEqual([
      'removed',
      'removed',
      'narrower',
      'added',
    ]);
  });

  it.each<[Partial<Agreement>, Partial<ReturnType<typeof gainsOf>>]>([
    [{ scopes: ['pin:validate'] }, {}],
    [{ allowedAddresses: ['192.0.2.128/25'] }, {}],
    [{ requestsPerMinute: 599 }, {}],
    [{ scopes: ['pin:set', 'pin:reset'] }, { scopes: ['pin:reset'] }],
    [{ allowedAddresses: ['192.0.2.0/23'] }, { addresses: true }],
    [{ allowedAddresses: [] }, { addresses: true }],
    [{ requestsPerMinute: 601 }, { rate: true }],
    [{ requestsPerMinute: null }, { rate: null }],
  ])('gives what it gives: %j', (changed, gains) => {
    expect(gainsOf(BEFORE, { ...BEFORE, ...changed })).toEqual({
      scopes: [],
      addresses: false,
      rate: false,
      ...gains,
    });
  });
});

describe('an approval of a change', () => {
  const request = { clientId: 'card-backend', person: null, before: BEFORE, after: BEFORE };

  it('says who is changed, and how', () => {
    expect(agreementsIn(request)).toEqual({ clientId: 'card-backend', before: BEFORE, after: BEFORE });
  });

  it.each([
    { ...request, clientId: 7 },
    { ...request, before: null },
    { ...request, after: { ...BEFORE, scopes: [7] } },
    { ...request, after: { ...BEFORE, allowedAddresses: 'all' } },
    { ...request, after: { ...BEFORE, requestsPerMinute: '600' } },
  ])('is shown as it came where it says something else: %j', (other) => {
    expect(agreementsIn(other)).toBeNull();
  });
});
