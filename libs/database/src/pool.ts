import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * TypeORM's own pg pool, for what TypeORM does not offer. `driver.master` is not public API: it is touched here alone,
 * checked, and a test holds it to what is promised.
 *
 * @throws Error when the data source is not connected, or keeps no pool there any more
 */
export function poolOf(dataSource: DataSource): Pool {
  const { driver, isInitialized } = dataSource;
  if (!isInitialized) throw new Error('The data source is not connected');
  const pool: unknown = 'master' in driver ? driver.master : undefined;
  if (!isPool(pool)) throw new Error('TypeORM keeps no pg pool in driver.master any more');
  return pool;
}

function isPool(value: unknown): value is Pool {
  return typeof value === 'object' && value !== null && 'query' in value && 'totalCount' in value;
}
