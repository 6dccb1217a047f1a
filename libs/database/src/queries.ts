import type { Pool, PoolClient, QueryResultRow } from 'pg';
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

/** Told of every wait and statement, in seconds; it must be quick, and throw nothing. */
export interface PoolTimes {
  /** Until a connection was there, or it was clear that none would be. */
  readonly waited: (seconds: number) => void;
  /** @param statement name of a prepared statement; `other` for one without a name */
  readonly ran: (statement: string, seconds: number) => void;
}

type Callback = (...answer: readonly unknown[]) => void;
type Call = (...args: readonly unknown[]) => unknown;

/**
 * Measures on a pool what neither pg nor TypeORM tells. Both methods of pg are replaced on this pool and its connections
 * by ones that call them and look at the clock, as instrumentations of pg do.
 */
export function timePool(pool: Pool, { waited, ran }: PoolTimes): void {
  pool.connect = timed(pool.connect.bind(pool) as Call, () => waited) as typeof pool.connect;
  const known = new WeakSet<PoolClient>();
  // Also connections that were open before.
  pool.on('acquire', (client: PoolClient) => {
    if (known.has(client)) return;
    known.add(client);
    client.query = timed(client.query.bind(client), ([statement]) => {
      const name = nameOf(statement);
      return (seconds) => ran(name, seconds);
    }) as typeof client.query;
  });
}

/** @param tellOf who is told how long a call with these arguments took */
function timed(call: Call, tellOf: (args: readonly unknown[]) => (seconds: number) => void): Call {
  return (...args) => {
    const since = performance.now();
    const tell = tellOf(args);
    const ended = () => tell((performance.now() - since) / 1_000);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const answered: Callback = (...answer) => {
        ended();
        (callback as Callback)(...answer);
      };
      return call(...args.slice(0, -1), answered);
    }
    const result = call(...args);
    // Not a promise: a query object of its own, such as a cursor, which tells its reader when it ends.
    if (result instanceof Promise) result.then(ended, ended);
    return result;
  };
}

function nameOf(statement: unknown): string {
  const named = typeof statement === 'object' && statement !== null && 'name' in statement;
  return named && typeof statement.name === 'string' ? statement.name : 'other';
}
