import type { Pool, PoolClient } from 'pg';

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
  pool.on('acquire', (client) => {
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
