import type { EntityManager } from 'typeorm';
import { AUDIT_ROW_COLUMNS } from './leaf.js';
import { leafRangeOf, type LeafRange } from './persistence/leaf-range.js';
import { lineOf, type LineRow, type SealedLine } from './persistence/sealed-lines.js';
import { LINE_OF_LEAF } from './persistence/sql.js';

/** One page looks at so many lines at most, whatever is asked for. */
export const LOOKED_AT_MOST = 20_000;

/** What lines have to have; each member narrows. */
export interface TrailFilter {
  readonly cardId?: string | undefined;
  readonly action?: string | undefined;
  readonly clientId?: string | undefined;
  readonly subject?: string | undefined;
  readonly requestId?: string | undefined;
  /** RFC 3339: at this time or later. */
  readonly from?: string | undefined;
  /** RFC 3339: before this time. */
  readonly to?: string | undefined;
}

/** Lines of one tenant, in the order of the tree. */
export interface TrailSearch {
  readonly tenantId: string;
  readonly filter: TrailFilter;
  /** The first leaf. */
  readonly cursor: number;
  readonly limit: number;
  /** Before this leaf; absent: to the end. */
  readonly before?: number;
}

export interface TrailPage {
  readonly lines: readonly SealedLine[];
  /** The leaf where the search goes on, also when this page is short or empty; null at its end. */
  readonly next: number | null;
  /** Time of the last line that was looked at, found or not; null when there was none. */
  readonly searchedTo: string | null;
}

/** Looks for lines without an index of them all: each page is bounded work, and the next goes on behind it. */
export async function searchTrail(manager: EntityManager, search: TrailSearch): Promise<TrailPage> {
  const { filter, cursor, limit, before = Infinity } = search;
  // 1. The leaves where lines of that time can be.
  const { first, end: last } = await leafRangeOf(manager, filter);
  const start = Math.max(cursor, first);
  const end = Math.min(last, before);
  if (start >= end) return { lines: [], next: null, searchedTo: null };
  // 2. As many of them as one page looks at.
  const looked = { first: start, end: await endOfLook(manager, search, { first: start, end }) };
  // 3. What fits among those.
  const rows = await fitting(manager, search, looked);
  const lines = rows.slice(0, limit).map(lineOf);
  const further = rows[limit];
  const lastRow = rows[limit - 1];
  if (further !== undefined && lastRow !== undefined)
    return { lines, next: Number(further.leaf_no), searchedTo: lastRow.occurred_at };
  return {
    lines,
    next: looked.end < end ? looked.end : null,
    searchedTo: await timeOfLeaf(manager, looked.end - 1),
  };
}

/** Leaves of a card have an index, so only that card's are counted. */
async function endOfLook(
  manager: EntityManager,
  { tenantId, filter: { cardId } }: TrailSearch,
  { first, end }: LeafRange,
): Promise<number> {
  if (cardId === undefined) return Math.min(end, first + LOOKED_AT_MOST);
  const [row] = await manager.query<{ leaf_no: string }[]>(
    `SELECT leaf_no FROM audit_leaves
      WHERE tenant_id = $1 AND card_id = $2 AND leaf_no >= $3 AND leaf_no < $4
      ORDER BY leaf_no OFFSET ${LOOKED_AT_MOST} LIMIT 1`,
    [tenantId, cardId, first, end],
  );
  return row === undefined ? end : Number(row.leaf_no);
}

/**
 * Each OFFSET 0 is a fence: whatever the planner knows of the tables, leaves are read in their order by an index of theirs,
 * and each line by its primary key, until there are enough.
 */
export function fittingText(ofCard: boolean): string {
  const index = ofCard ? 'tenant_id = $1 AND card_id = $4' : '$4::uuid IS NULL';
  return `SELECT l.leaf_no, e.*
  FROM (
    SELECT leaf_no, tenant_id, occurred_at, audit_id FROM audit_leaves
     WHERE ${index} AND leaf_no >= $2 AND leaf_no < $3 ORDER BY leaf_no OFFSET 0
  ) l
  CROSS JOIN LATERAL (
    SELECT ${AUDIT_ROW_COLUMNS} FROM audit_events e
     WHERE ${LINE_OF_LEAF}
       AND ($7::text IS NULL OR e.action = $7) AND ($8::text IS NULL OR e.client_id = $8)
       AND ($9::text IS NULL OR e.subject = $9) AND ($10::text IS NULL OR e.request_id = $10)
    OFFSET 0
  ) e
 WHERE l.tenant_id = $1
   AND ($5::timestamptz IS NULL OR l.occurred_at >= $5) AND ($6::timestamptz IS NULL OR l.occurred_at < $6)
 ORDER BY l.leaf_no LIMIT $11`;
}

/** One more than the page has, where there are more. */
async function fitting(
  manager: EntityManager,
  { tenantId, filter, limit }: TrailSearch,
  { first, end }: LeafRange,
): Promise<LineRow[]> {
  const { cardId, from, to, action, clientId, subject, requestId } = filter;
  const asked = [cardId, from, to, action, clientId, subject, requestId].map((value) => value ?? null);
  const text = fittingText(cardId !== undefined);
  return await manager.query<LineRow[]>(text, [tenantId, first, end, ...asked, limit + 1]);
}

async function timeOfLeaf(manager: EntityManager, leaf: number): Promise<string | null> {
  const [row] = await manager.query<{ at: string }[]>(
    `SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
       FROM audit_leaves WHERE leaf_no = $1`,
    [leaf],
  );
  return row?.at ?? null;
}
