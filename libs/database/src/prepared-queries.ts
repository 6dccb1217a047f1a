import type { Pool, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';

/** A statement with a name: parsed and planned once a connection, then only bound and run. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs named prepared statements on TypeORM's own pool, one round trip and one commit each. TypeORM itself offers
 * neither (its `query` knows no names), and that difference decides what a PIN costs. `driver.master` is not public
 * API: this class alone touches it, checks it, and a test holds it to what is promised here.
 */
export class PreparedQueries {
  constructor(private readonly dataSource: DataSource) {}

  async run<Row extends QueryResultRow>(query: PreparedQuery, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.pool().query<Row>({ ...query, values: [...values] });
    return rows;
  }

  private pool(): Pool {
    const { driver, isInitialized } = this.dataSource;
    if (!isInitialized) throw new Error('The data source is not connected');
    const pool: unknown = 'master' in driver ? driver.master : undefined;
    if (!isPool(pool)) throw new Error('TypeORM keeps no pg pool in driver.master any more');
    return pool;
  }
}

function isPool(value: unknown): value is Pool {
  return typeof value === 'object' && value !== null && 'query' in value && 'totalCount' in value;
}
