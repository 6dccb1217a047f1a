import { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { poolOf } from './pool.js';

/** The schema that pg-boss keeps its jobs in. */
export const JOB_SCHEMA = 'pgboss';

/** Deliveries of webhooks: one after the other for each key, a failing one holding back those behind it. */
export const DELIVERY_QUEUE = 'webhook-deliveries';

const HOUR = 3_600;

/** Exponential with jitter: 5 s, 10 s, 20 s … up to an hour. How long is tried at all, the deliveries decide. */
const DELIVERY_POLICY = {
  policy: 'key_strict_fifo',
  ...{ retryLimit: 1_000, retryDelay: 5, retryBackoff: true, retryDelayMax: HOUR },
  // A worker that has said nothing for so long is taken to be dead.
  expireInSeconds: 60,
  ...{ retentionSeconds: 30 * 24 * HOUR, deleteAfterSeconds: HOUR },
};

/** Makes or updates the schema of the job library and its queue. Runs as the schema's owner, with the migrations. */
export async function prepareJobQueue(owner: DataSource): Promise<void> {
  const pool = poolOf(owner);
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => await pool.query(text, values) },
    ...{ schema: JOB_SCHEMA, migrate: true, createSchema: true },
    ...{ supervise: false, schedule: false, registerInstance: false, reindex: false },
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    await boss.createQueue(DELIVERY_QUEUE, DELIVERY_POLICY);
    const { policy: _fixed, ...changeable } = DELIVERY_POLICY;
    await boss.updateQueue(DELIVERY_QUEUE, changeable);
  } finally {
    await boss.stop({ graceful: false });
  }
}
