import type { DataSource } from 'typeorm';
import { until } from '../support/until.js';

/** A transaction that makes others wait, so that a test owns the moment at which they go on. */
export interface Holder {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
  /** Resolves once this many of the service's statements wait for a lock. */
  untilWaiting(count: number): Promise<void>;
  commit(): Promise<void>;
}

export async function hold(superuser: DataSource, sql: string, parameters: unknown[]): Promise<Holder> {
  const runner = superuser.createQueryRunner();
  await runner.startTransaction();
  await runner.query(sql, parameters);
  return {
    query: (statement, values) => runner.query(statement, values),
    untilWaiting: (count) =>
      until('statements wait', async () => (await waitingStatements(superuser)) >= count),
    async commit() {
      await runner.commitTransaction();
      await runner.release();
    },
  };
}

export function holdCard(superuser: DataSource, cardId: string): Promise<Holder> {
  return hold(superuser, 'SELECT FROM cards WHERE card_id = $1 FOR UPDATE', [cardId]);
}

/** Statements of the service that wait for a lock. */
export async function waitingStatements(superuser: DataSource): Promise<number> {
  const rows = await superuser.query<unknown[]>(
    `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'pinward_service' AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}
