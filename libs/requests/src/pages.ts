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
