import type { DataSource } from 'typeorm';

/**
 * Makes the missing idempotency partitions of today and the next two days, and the missing audit partitions of this
 * month and the next two. Cheap when all are there: call it at start and every hour.
 */
export async function ensurePartitions(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT pinward_ensure_partitions()');
}

const REACH = `
SELECT extract(epoch FROM min(upper_bound) - clock_timestamp())::float8 AS seconds
  FROM (SELECT max(substring(pg_get_expr(child.relpartbound, child.oid) FROM $$ TO \\('([^']+)'$$)::timestamptz) AS upper_bound
          FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
         WHERE inhparent IN ('idempotency_records'::regclass, 'audit_events'::regclass)
         GROUP BY inhparent) AS reaches`;

/** How far ahead partitions exist, of the parent that has the fewest: without one, nothing can be written. Seconds. */
export async function partitionsAhead(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ seconds: number }[]>(REACH);
  if (row === undefined) throw new Error('a look at the partitions gave no row');
  return row.seconds;
}

/**
 * Drops idempotency partitions whose newest record is more than 24 hours old, and returns how many. Gives up after
 * waiting 500 ms for other work (SQLSTATE 55P03): call it again later.
 */
export async function dropExpiredPartitions(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ dropped: number }[]>(
    'SELECT pinward_drop_expired_partitions() AS dropped',
  );
  return row?.dropped ?? 0;
}
