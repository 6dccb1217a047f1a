import type { EntityManager } from 'typeorm';

/**
 * How far apart the time of a line and its place in the tree may be: a line has its time when it is written and its
 * place after the commit, and the clock of a database that has failed over may be a little behind.
 */
const SLACK = "interval '10 minutes'";

/** Leaves from `first` on and before `end`. */
export interface LeafRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Where the lines of a time are in the tree, by the heads that were signed around it: a head's leaves were all written
 * before it was signed.
 *
 * @param from RFC 3339, like `to`; absent where there is no such end
 */
export async function leafRangeOf(
  manager: EntityManager,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<LeafRange> {
  const first = from === undefined ? 0 : await leavesBefore(manager, `$1::timestamptz - ${SLACK}`, from);
  const size = await treeSize(manager);
  if (to === undefined) return { first, end: size };
  const early = await leavesBefore(manager, `$1::timestamptz + ${SLACK}`, to);
  const [later] = await manager.query<{ tree_size: string }[]>(
    'SELECT tree_size FROM audit_heads WHERE tree_size > $1 ORDER BY tree_size LIMIT 1',
    [early],
  );
  return { first, end: later === undefined ? size : Number(later.tree_size) };
}

/** Leaves that have a place now. */
export async function treeSize(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ tree_size: string }[]>('SELECT tree_size FROM audit_sealing');
  return Number(row?.tree_size ?? 0);
}

/**
 * Leaves of the newest head that was signed by then. Heads have no index by time, but later ones are larger: it is
 * halved over their sizes, which takes as many steps as the size has binary digits.
 */
async function leavesBefore(manager: EntityManager, time: string, given: string): Promise<number> {
  const [row] = await manager.query<{ low: string }[]>(
    `WITH RECURSIVE halved (low, high) AS (
       SELECT 0::bigint, coalesce((SELECT max(tree_size) FROM audit_heads), 0)
       UNION ALL
       SELECT CASE WHEN h.signed_at <= ${time} THEN h.tree_size ELSE low END,
              CASE WHEN h.signed_at <= ${time} THEN high ELSE (low + high) / 2 END
         FROM halved
         JOIN LATERAL (SELECT tree_size, signed_at FROM audit_heads
                        WHERE tree_size > (low + high) / 2 ORDER BY tree_size LIMIT 1) h ON true
        WHERE low < high
     ) SELECT low FROM halved ORDER BY high - low LIMIT 1`,
    [given],
  );
  return Number(row?.low ?? 0);
}
