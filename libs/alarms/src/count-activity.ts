import type { EntityManager } from 'typeorm';

/** Fewer than a step looks at for alarms, which this must not hold up. */
const LINES_AT_ONCE = 2_000;
/** A trail with more lines in a day begins with its newest ones. */
const PAST_LINES_AT_MOST = 1_000_000;

/** How far the trail is counted by the hour. */
interface Place {
  /** The next leaf. */
  readonly next: number;
  /** The first hour of which all lines are counted. */
  readonly from: Date;
}

/**
 * Adds the next lines to the hours of their tenants, as a part of a step of the detection, which holds the row: so each line is
 * counted once. Its place is its own. A replica of the version before, which only looks for alarms, leaves lines that the
 * next step counts.
 *
 * @param end the first leaf that is not to be counted
 * @returns whether it is there
 */
export async function countActivity(manager: EntityManager, end: number): Promise<boolean> {
  const known = await placeOf(manager);
  const { next, from } = known !== null && known.next <= end ? known : await beginning(manager, end);
  const to = Math.min(next + LINES_AT_ONCE, end);
  if (to > next) await manager.query('SELECT pinward_count_activity($1, $2, $3)', [next, to, from]);
  if (known?.next !== to)
    await manager.query('UPDATE alarm_detection SET activity_next_leaf = $1, activity_from = $2', [to, from]);
  return to === end;
}

async function placeOf(manager: EntityManager): Promise<Place | null> {
  const [row] = await manager.query<{ next: string | null; from: Date | null }[]>(
    'SELECT activity_next_leaf AS next, activity_from AS from FROM alarm_detection',
  );
  return row === undefined || row.next === null || row.from === null
    ? null
    : { next: Number(row.next), from: row.from };
}

/**
 * The last day, so that it is there at once. All lines before a head were written before it was signed, so the hour after that
 * is the first one that is known as a whole. A trail that has just begun is known from its first line on.
 */
async function beginning(manager: EntityManager, end: number): Promise<Place> {
  await manager.query('DELETE FROM activity_hours');
  const [dayAgo] = await manager.query<{ size: string }[]>(
    `SELECT tree_size AS size FROM audit_heads WHERE signed_at < clock_timestamp() - interval '1 day'
      ORDER BY tree_size DESC LIMIT 1`,
  );
  const next = Math.max(Math.min(Number(dayAgo?.size ?? 0), end), end - PAST_LINES_AT_MOST, 0);
  return { next, from: next === 0 ? await hourOfFirstLine(manager, end) : await hourAfter(manager, next) };
}

async function hourOfFirstLine(manager: EntityManager, end: number): Promise<Date> {
  const [line] = await manager.query<{ from: Date }[]>(
    `SELECT date_bin('1 hour', coalesce(
       (SELECT occurred_at FROM audit_leaves WHERE leaf_no < $1 ORDER BY leaf_no LIMIT 1), clock_timestamp()), 'epoch') AS from`,
    [end],
  );
  return hourIn(line);
}

async function hourAfter(manager: EntityManager, next: number): Promise<Date> {
  const [head] = await manager.query<{ from: Date }[]>(
    `SELECT date_bin('1 hour', coalesce(
       (SELECT signed_at FROM audit_heads WHERE tree_size >= $1 ORDER BY tree_size LIMIT 1), clock_timestamp()), 'epoch')
       + interval '1 hour' AS from`,
    [next],
  );
  return hourIn(head);
}

function hourIn(row: { readonly from: Date } | undefined): Date {
  if (row === undefined) throw new Error('an hour was asked for, and none came');
  return row.from;
}
