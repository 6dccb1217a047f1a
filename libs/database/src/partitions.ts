import type { DataSource } from 'typeorm';

/**
 * Makes the missing idempotency partitions of today and the next two days, and the missing audit partitions of this
 * month and the next two. Cheap when all are there: call it at start and every hour.
 */
export async function ensurePartitions(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT pinward_ensure_partitions()');
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
