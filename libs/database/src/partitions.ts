import type { DataSource } from 'typeorm';

/**
 * Makes what is missing of today's, tomorrow's and the next day's idempotency partition and of this and the next two
 * months' audit partition. Cheap when all are there: call it at start and every hour.
 */
export async function ensurePartitions(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT pinward_ensure_partitions()');
}

/**
 * Drops idempotency partitions whose newest record is more than 24 hours old, and returns how many. Gives up after
 * 500 ms behind other work (SQLSTATE 55P03): call it again later.
 */
export async function dropExpiredPartitions(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ dropped: number }[]>(
    'SELECT pinward_drop_expired_partitions() AS dropped',
  );
  return row?.dropped ?? 0;
}
