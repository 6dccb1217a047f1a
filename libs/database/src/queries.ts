import type { QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool.js';
import { isLostStatement } from './session/kept-session.js';

/** A statement with a name: parsed and planned once a connection, then only bound and run. */
export interface PreparedQuery {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs named prepared statements on TypeORM's own pool, one round trip and one commit each. TypeORM itself offers
 * neither (its `query` knows no names), and that difference decides what a PIN costs. A name that the backend does not
 * know any more is no defect: the statement is run once more without it.
 */
export class PreparedQueries {
  constructor(private readonly dataSource: DataSource) {}

  async query<Row extends QueryResultRow>(query: PreparedQuery, values: readonly unknown[]): Promise<Row[]> {
    const pool = poolOf(this.dataSource);
    try {
      return (await pool.query<Row>({ ...query, values: [...values] })).rows;
    } catch (fault) {
      if (!isLostStatement(fault)) throw fault;
      // It failed before it ran, or its transaction was this statement alone and was rolled back.
      return (await pool.query<Row>(query.text, [...values])).rows;
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it can be an id at all; PostgreSQL refuses to compare anything else with one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
