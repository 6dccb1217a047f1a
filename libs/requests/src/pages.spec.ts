import { describe, expect, it } from 'vitest';
import { pageOf, readTimePlace } from './pages.js';

const ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const cursorOf = (text: string) => Buffer.from(text).toString('base64url');

describe('a page', () => {
  const page = (count: number) => pageOf([1, 2, 3].slice(0, count), 2, String);

  it('has a cursor of its last row where there are more', () => {
    expect(page(3)).toEqual({ items: [1, 2], nextCursor: cursorOf('2') });
    for (const count of [0, 1, 2]) expect(page(count).nextCursor).toBeNull();
  });
});

describe('a place by time and id', () => {
  it('is read as it was written, to the microsecond', () => {
    expect(readTimePlace(undefined)).toEqual([null, null]);
    const place = `2026-11-29T21:12:17.123456Z ${ID}`;
    expect(readTimePlace(cursorOf(place))).toEqual(['2026-11-29T21:12:17.123456Z', ID]);
  });

  it.each([
    ['a month that there is not', `2026-13-01T00:00:00.000000Z ${ID}`],
    ['a day that there is not', `2026-02-30T00:00:00.000000Z ${ID}`],
    ['an hour that there is not', `2026-02-01T25:00:00.000000Z ${ID}`],
    ['a year before there was a list', `0000-01-01T00:00:00.000000Z ${ID}`],
    ['no microseconds', `2026-11-29T21:12:17Z ${ID}`],
    ['another id', '2026-11-29T21:12:17.123456Z x'],
    ['no time', ID],
  ])('is refused with %s', (_, text) => {
    expect(() => readTimePlace(cursorOf(text))).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });
});
