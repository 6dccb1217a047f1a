import type { DataSource } from 'typeorm';
import { poolOf } from '#libs/database';

/** For a backlog, for instance after an upgrade; the lines of two seconds take milliseconds. */
const LONGEST_PASS_MS = 600_000;

/** Gives every committed line its place in the tree. It is one statement, so ordinary time-outs do not suit it. */
export async function assignLeafIndexes(dataSource: DataSource): Promise<void> {
  const client = await poolOf(dataSource).connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL statement_timeout = ${LONGEST_PASS_MS}`);
    const pass = { text: 'SELECT pinward_seal_events()', query_timeout: LONGEST_PASS_MS };
    await client.query(pass);
    await client.query('COMMIT');
    client.release();
  } catch (fault) {
    // The connection's state does not matter: the pool makes another.
    client.release(true);
    throw fault;
  }
}
