import type { EntityManager } from 'typeorm';

/** How far the trail is counted. The caller holds the row until its transaction ends. */
export interface Progress {
  /** The next leaf; null when the past is to be learned. */
  readonly next: number | null;
  /** Milliseconds since 1970: the past that teaches. */
  readonly learned: { readonly from: number; readonly to: number };
  /** Leaves so far. */
  readonly size: number;
  /** The database's clock. */
  readonly now: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** A trail with more lines in a day teaches by its newest ones. */
const LEARNED_LINES_AT_MOST = 1_000_000;
/** Fewer would take a short burst for what is usual. */
const LEARNED_MS_AT_LEAST = 60 * 60_000;

/** Null while another process counts. */
export async function lockProgress(manager: EntityManager): Promise<Progress | null> {
  const [row] = await manager.query<
    { next: string | null; from: Date | null; to: Date | null; size: string; now: Date }[]
  >(
    `SELECT d.next_leaf AS next, d.learned_from AS from, d.learned_to AS to, s.tree_size AS size, clock_timestamp() AS now
       FROM alarm_detection d CROSS JOIN audit_sealing s FOR NO KEY UPDATE OF d SKIP LOCKED`,
  );
  if (row === undefined) return null;
  const now = row.now.getTime();
  const learned = { from: row.from?.getTime() ?? now, to: row.to?.getTime() ?? now };
  return { next: row.next === null ? null : Number(row.next), learned, size: Number(row.size), now };
}

/** The past begins a day ago, or with the newest million of lines. */
export async function beginningOf(
  manager: EntityManager,
  { size, now }: Progress,
): Promise<Progress & { readonly next: number }> {
  const [head] = await manager.query<{ size: string }[]>(
    `SELECT tree_size AS size FROM audit_heads WHERE signed_at < $1 ORDER BY tree_size DESC LIMIT 1`,
    [new Date(now - DAY_MS)],
  );
  const aDayAgo = Number(head?.size ?? 0);
  const next = Math.max(aDayAgo, size - LEARNED_LINES_AT_MOST);
  const [line] = await manager.query<{ at: Date }[]>(
    'SELECT occurred_at AS at FROM audit_leaves WHERE leaf_no >= $1 ORDER BY leaf_no LIMIT 1',
    [next],
  );
  const wasCut = next > aDayAgo && line !== undefined;
  const from = wasCut ? Math.min(line.at.getTime(), now - LEARNED_MS_AT_LEAST) : now - DAY_MS;
  return { next, learned: { from, to: now }, size, now };
}

export async function keepProgress(
  manager: EntityManager,
  { next, learned }: Pick<Progress, 'learned'> & { readonly next: number },
): Promise<void> {
  await manager.query('SELECT pinward_alarms_counted($1, $2, $3)', [
    next,
    new Date(learned.from),
    new Date(learned.to),
  ]);
}
