import type { QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool.js';

/** A statement with a name: parsed and planned once a connection, then only bound and run. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs named prepared statements on TypeORM's own pool, one round trip and one commit each. TypeORM itself offers
 * neither (its `query` knows no names), and that difference decides what a PIN costs.
 */
export class PreparedQueries {
  constructor(private readonly dataSource: DataSource) {}

  async run<Row extends QueryResultRow>(query: PreparedQuery, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await poolOf(this.dataSource).query<Row>({ ...query, values: [...values] });
    return rows;
  }
}
