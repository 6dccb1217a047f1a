import { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { poolOf } from './queries.js';

/** The schema in which pg-boss keeps its jobs. */
export const JOB_SCHEMA = 'pgboss';

/** Deliveries of webhooks: one after the other for each key; a failing one holds back those behind it. */
export const DELIVERY_QUEUE = 'webhook-deliveries';

/**
 * Deliveries of one-time passwords, which are useless after five minutes. They wait for no other event, nor for each
 * other.
 */
export const CODE_QUEUE = 'webhook-codes';

const HOUR = 3_600;

const COMMON_POLICY = {
  retryLimit: 1_000,
  retryDelay: 5,
  retryBackoff: true,
  // A worker that has been silent for so long counts as dead.
  expireInSeconds: 60,
  retentionSeconds: 30 * 24 * HOUR,
  deleteAfterSeconds: HOUR,
};

/** Exponential with jitter: 5 s, 10 s, 20 s … up to the longest. The deliveries decide when to give up. */
const QUEUES = {
  [DELIVERY_QUEUE]: { ...COMMON_POLICY, policy: 'key_strict_fifo', retryDelayMax: HOUR },
  [CODE_QUEUE]: { ...COMMON_POLICY, policy: 'standard', retryDelayMax: 30 },
};

/** Makes or updates the schema and queues of the job library. Runs as the schema's owner, with the migrations. */
export async function prepareJobQueue(owner: DataSource): Promise<void> {
  const pool = poolOf(owner);
  const boss = new PgBoss({
    db: { executeSql: async (text, values) => await pool.query(text, values) },
    schema: JOB_SCHEMA,
    migrate: true,
    createSchema: true,
    supervise: false,
    schedule: false,
    registerInstance: false,
    reindex: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    for (const [name, queue] of Object.entries(QUEUES)) {
      await boss.createQueue(name, queue);
      const { policy: _fixed, ...changeable } = queue;
      await boss.updateQueue(name, changeable);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
