import type { Pool, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * TypeORM's own pg pool, for what TypeORM does not offer. `driver.master` is not public API: only this function uses it
 * and checks it, and a test shows that it still works.
 *
 * @throws Error when the data source is not connected, or has no pool there any more
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

/** A statement with a name: parsed and planned once for each connection, then only bound and run. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs named prepared statements on TypeORM's own pool, one round trip and one commit each. TypeORM itself offers
 * neither (its `query` knows no names), and that difference decides the cost of a PIN operation. A name that the
 * backend does not know any more is no defect: the statement is run once more without it.
 */
export class PreparedQueries {
  constructor(private readonly dataSource: DataSource) {}

  async query<Row extends QueryResultRow>(query: PreparedQuery, values: readonly unknown[]): Promise<Row[]> {
    const pool = poolOf(this.dataSource);
    try {
      return (await pool.query<Row>({ ...query, values: [...values] })).rows;
    } catch (fault) {
      if (!isLostStatement(fault)) throw fault;
      // It failed before it ran, or its transaction was only this statement and was rolled back.
      return (await pool.query<Row>(query.text, [...values])).rows;
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it can be an id at all; PostgreSQL refuses to compare other texts with one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** invalid_sql_statement_name, duplicate_prepared_statement; or the plan of a table that has changed since. */
export function isLostStatement(fault: unknown): boolean {
  if (!(fault instanceof Error) || !('code' in fault)) return false;
  return (
    fault.code === '26000' ||
    fault.code === '42P05' ||
    (fault.code === '0A000' && fault.message.includes('cached plan'))
  );
}
