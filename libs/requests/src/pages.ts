import { isUuid } from '#libs/database';
import { PinwardError } from '#libs/errors';

/** One page of a list, in an order that does not change while it is read. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

export function invalidCursor(): PinwardError {
  return new PinwardError('REQUEST_INVALID', {
    errors: [{ pointer: '/cursor', detail: 'is not a cursor of an earlier page' }],
  });
}

/** @param rows one more than the page has, where there are more. @param placeOf what the next page comes after */
export function pageOf<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => string): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null };
}

/** The last row's id: opaque to callers, who know that id already. */
function writeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws PinwardError REQUEST_INVALID for a text that writeCursor does not write */
export function readCursor(cursor: string, isId: (text: string) => boolean): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!isId(id) || writeCursor(id) !== cursor) throw invalidCursor();
  return id;
}

/**
 * Where a row is in a list by time and id, as PostgreSQL writes it: to the microsecond, which no Date has.
 *
 * @param time SQL of a timestamptz
 * @param id SQL of a UUID
 */
export function timePlace(time: string, id: string): string {
  return `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || ${id}`;
}

const TIME_PLACE = /^(2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.\d{6}Z (.+)$/;

/** Time and id of a cursor made of `timePlace`; nulls without one. @throws PinwardError REQUEST_INVALID */
export function readTimePlace(cursor: string | undefined): readonly [string | null, string | null] {
  if (cursor === undefined) return [null, null];
  const [time = null, id = null] = readCursor(cursor, isTimePlace).split(' ');
  return [time, id];
}

/** PostgreSQL would fail on a time that there is not. */
function isTimePlace(text: string): boolean {
  const [, seconds = '', id = ''] = TIME_PLACE.exec(text) ?? [];
  const time = new Date(`${seconds}Z`);
  return isUuid(id) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(seconds);
}
