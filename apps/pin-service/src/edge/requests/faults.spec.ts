import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PinwardError } from '#libs/errors';
import { validationPipe } from './bodies.js';

type Type = 'body' | 'query';

function faultsOf(schema: z.ZodType, value: unknown, type: Type = 'body'): unknown {
  try {
    validationPipe.transform(value, { type, schema });
  } catch (error) {
    return (error as PinwardError).members['errors'];
  }
  return [];
}

const schema = z.strictObject({
  name: z.string().min(2).max(4),
  count: z.number().int().min(1).max(9),
  kind: z.enum(['one', 'other']),
  only: z.literal('this'),
  list: z.array(z.string()).min(1).max(2),
  id: z.uuid(),
  at: z.iso.datetime(),
  yes: z.boolean(),
  inner: z.strictObject({ code: z.string().regex(/^[0-9]{6}$/, 'must be 6 digits') }),
});
const good = {
  name: 'abc',
  count: 2,
  kind: 'one',
  only: 'this',
  list: ['a'],
  id: '9c5b94b1-35ad-49bb-b118-8e8fc24abf80',
  at: '2026-11-28T12:00:00.000Z',
  yes: true,
  inner: { code: '123456' },
};

describe('what is wrong with a member is said in words of our own', () => {
  it.each([
    [{ name: undefined }, '/name', 'is missing'],
    [{ name: 4071 }, '/name', 'must be text'],
    [{ name: 'a' }, '/name', 'must have at least 2 characters'],
    [{ name: 'abcde' }, '/name', 'must have at most 4 characters'],
    [{ count: 'two' }, '/count', 'must be a number'],
    [{ count: 1.5 }, '/count', 'must be a whole number'],
    [{ count: 0 }, '/count', 'must be at least 1'],
    [{ count: 10 }, '/count', 'must be at most 9'],
    [{ kind: '4071' }, '/kind', 'must be one of "one", "other"'],
    [{ only: 'that' }, '/only', 'must be "this"'],
    [{ list: {} }, '/list', 'must be a list'],
    [{ list: [] }, '/list', 'must have at least 1 item'],
    [{ list: ['a', 'b', 'c'] }, '/list', 'must have at most 2 items'],
    [{ list: [4071] }, '/list/0', 'must be text'],
    [{ id: '4071' }, '/id', 'must be a UUID'],
    [{ at: '4071' }, '/at', 'must be a time of RFC 3339 in UTC'],
    [{ yes: 'yes' }, '/yes', 'must be true or false'],
    [{ inner: 'x' }, '/inner', 'must be an object'],
    [{ inner: { code: 'x' } }, '/inner/code', 'must be 6 digits'],
  ])('%j', (changed, pointer, detail) => {
    expect(faultsOf(schema, { ...good, ...changed })).toEqual([{ pointer, detail }]);
  });

  it('also where nothing is sent', () => {
    expect(faultsOf(schema, undefined)).toEqual([{ pointer: '', detail: 'is missing' }]);
  });

  it('none of the words is the library’s', () => {
    const bad = { name: 1, count: 'x', kind: 1, only: 1, list: 1, id: 1, at: 1, yes: 1, inner: 1, more: 1 };
    expect(JSON.stringify(faultsOf(schema, bad))).not.toMatch(
      /invalid|expected|received|unrecognized|too (big|small)/i,
    );
  });
});

describe('an unknown member', () => {
  it('is named, wherever it is', () => {
    const bad = { ...good, pinStatus: 1, inner: { code: '123456', 'expiry-date': 1, pin_status: 1 } };
    expect(faultsOf(schema, bad)).toEqual([
      { pointer: '/inner/expiry-date', detail: 'is not known here' },
      { pointer: '/inner/pin_status', detail: 'is not known here' },
      { pointer: '/pinStatus', detail: 'is not known here' },
    ]);
  });

  it.each(['4071', 'pin4071', '4111111111111111', 'NDA3MQ', 'a b', 'é', 'x'.repeat(41), 'QMzADN', ''])(
    'is not repeated where it could be something else: %j',
    (name) => {
      const faults = faultsOf(schema, { ...good, [name]: 1 });
      expect(faults).toEqual([{ pointer: '', detail: 'has a member that is not known here' }]);
    },
  );

  it('of a query is told to be there; one that every object has is refused too', () => {
    const query = z.strictObject({ limit: z.coerce.number().max(200).optional() });
    expect(faultsOf(query, { limt: '5', limit: '500' }, 'query')).toEqual([
      { pointer: '/limit', in: 'query', detail: 'must be at most 200' },
      { pointer: '/limt', in: 'query', detail: 'is not known here' },
    ]);
    expect(faultsOf(query, { toString: '5' }, 'query')).toEqual([
      { pointer: '', in: 'query', detail: 'has a member that is not known here' },
    ]);
  });

  it('is one of twenty at most', () => {
    const many = Object.fromEntries(
      Array.from({ length: 90 }, (_, index) => [
        `member${'abcdefghij'[index % 10]}${'abcdefghij'[Math.floor(index / 10)]}`,
        1,
      ]),
    );
    expect(faultsOf(schema, { ...good, ...many })).toHaveLength(20);
  });
});
