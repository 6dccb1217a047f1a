import { PinwardError } from '#libs/errors';

/** One page of a list, in an order that does not change under the reader. */
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

/** Of the last row's id: opaque to callers, and nothing they do not know. */
export function writeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** @throws PinwardError REQUEST_INVALID for what writeCursor does not write */
export function readCursor(cursor: string, isId: (text: string) => boolean): string {
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!isId(id) || writeCursor(id) !== cursor) throw invalidCursor();
  return id;
}
