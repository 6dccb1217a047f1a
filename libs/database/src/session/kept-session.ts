import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { isLostStatement, poolOf } from '../queries.js';
import { POOLER_REMEDY } from './session-faults.js';

/** Another user of the pooler may come between once, but hardly each time. */
const ROUNDS = 3;

const UNKEPT = `this connection does not keep its session: ${POOLER_REMEDY}`;

const BACKEND = { name: 'pinward_kept_session', text: 'SELECT pg_backend_pid() AS pid' };

/**
 * Whether a connection stays with one backend of PostgreSQL. A pooler in transaction mode gives a backend to the next
 * client that asks. That client would then have the named statements, time-outs and locks.
 *
 * @returns the fault in one sentence; null if there is none
 */
export async function keptSessionFault(dataSource: DataSource): Promise<string | null> {
  const pool = poolOf(dataSource);
  const [one, other] = [new Client(pool.options), new Client(pool.options)];
  for (const client of [one, other]) client.on('error', () => undefined);
  try {
    await one.connect();
    await other.connect();
    for (let round = 0; round < ROUNDS; round += 1) if (!(await keeps(one, other))) return UNKEPT;
    return null;
  } catch (failure) {
    if (isLostStatement(failure)) return UNKEPT;
    throw failure;
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

async function keeps(one: Client, other: Client): Promise<boolean> {
  const first = await backendOf(one);
  await other.query('BEGIN');
  try {
    // Asked in this order: if there is only one backend, the first would wait for it in vain.
    return (await backendOf(other)) !== first && (await backendOf(one)) === first;
  } finally {
    await other.query('ROLLBACK');
  }
}

async function backendOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>(BACKEND);
  return rows[0]?.pid;
}
