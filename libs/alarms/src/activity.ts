import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '#libs/database';

/** What is counted by the hour, from the audit trail (docs/alarms.md). */
export const ACTIVITY_KINDS = [
  'validations',
  'wrong-pins',
  'locks',
  'unlocks',
  'otp-issued',
  'otp-refusals',
  'refused-calls',
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

interface ActivityHour {
  /** Its beginning, in UTC. */
  readonly hour: Date;
  /** Null where it was not counted, which is not the same as nothing. */
  readonly counts: Readonly<Record<ActivityKind, number>> | null;
}

export interface Activity {
  /** The first hour that was counted as a whole; null before any was. */
  readonly countedFrom: Date | null;
  /** What happened before is counted; null before anything was. */
  readonly countedTo: Date | null;
  /** Oldest first; the last one is the hour of now. */
  readonly hours: readonly ActivityHour[];
}

const HOUR_MS = 3_600_000;
const KEPT_DAYS = 31;
const FORGOTTEN_AT_ONCE = 5_000;

interface Reach {
  readonly now: Date;
  readonly countedFrom: Date | null;
  readonly countedTo: Date | null;
}

/** A line that is sealed and not counted yet holds it back, as for alarms. */
const REACH = `
SELECT clock_timestamp() AS now, d.activity_from AS "countedFrom",
       CASE WHEN d.activity_next_leaf IS NOT NULL THEN least(d.counted_to,
         (SELECT l.occurred_at FROM audit_leaves l WHERE l.leaf_no >= d.activity_next_leaf ORDER BY l.leaf_no LIMIT 1)) END AS "countedTo"
  FROM alarm_detection d`;

/** @param asked so many hours, the present one included */
export async function readActivity(
  manager: EntityManager,
  tenantId: string,
  asked: number,
): Promise<Activity> {
  // Before the counts: they may be of later, never of earlier.
  const [reach] = await manager.query<Reach[]>(REACH);
  if (reach === undefined) throw new Error('the row of the detection of alarms is missing');
  const { now, countedFrom, countedTo } = reach;
  const last = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const starts = Array.from({ length: asked }, (_, place) => last - (asked - 1 - place) * HOUR_MS);
  const rows = await manager.query<{ hour: Date; kind: string; count: string }[]>(
    'SELECT hour, kind, count FROM activity_hours WHERE tenant_id = $1 AND hour >= $2 AND hour <= $3',
    [tenantId, new Date(starts[0] ?? last), new Date(last)],
  );
  const found = new Map(rows.map(({ hour, kind, count }) => [`${hour.getTime()} ${kind}`, Number(count)]));
  const isCounted = (start: number) =>
    countedFrom !== null &&
    countedTo !== null &&
    start >= countedFrom.getTime() &&
    start < countedTo.getTime();
  const hours = starts.map((start) => ({
    hour: new Date(start),
    counts: isCounted(start) ? countsOf((kind) => found.get(`${start} ${kind}`) ?? 0) : null,
  }));
  return { countedFrom, countedTo, hours };
}

function countsOf(count: (kind: ActivityKind) => number): Readonly<Record<ActivityKind, number>> {
  const all = ACTIVITY_KINDS.map((kind) => [kind, count(kind)] as const);
  return Object.fromEntries(all) as Record<ActivityKind, number>;
}

/** Hours that are too old, of all tenants, in steps that hold up nothing. */
export async function forgetActivity(dataSource: DataSource): Promise<void> {
  let forgotten = FORGOTTEN_AT_ONCE;
  while (forgotten === FORGOTTEN_AT_ONCE) {
    forgotten = await inTransaction(dataSource, async (manager) => {
      const [, count] = await manager.query<[unknown, number]>(
        `DELETE FROM activity_hours WHERE (tenant_id, hour, kind) IN (
           SELECT tenant_id, hour, kind FROM activity_hours
            WHERE hour < clock_timestamp() - $1 * interval '1 day' ORDER BY hour LIMIT $2)`,
        [KEPT_DAYS, FORGOTTEN_AT_ONCE],
      );
      return count;
    });
  }
}
