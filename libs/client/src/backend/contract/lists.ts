/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

export interface PageOf {
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
}

/** What another person has to approve first. */
export interface ApprovalRequested {
  readonly approvalId: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/**
 * The items of all pages, which are fetched as they are needed.
 *
 * @param pageAt `(cursor) => operations.listCards({ cursor })`
 */
export async function* allItems<Item>(
  pageAt: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await pageAt(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
