import type { DataSource } from 'typeorm';
import { PATIENCE_SECONDS } from '#libs/webhooks';
import { ageWords, type Section } from './section.js';

interface Queue {
  readonly waiting: number;
  readonly oldestSeconds: number;
}

interface Rule {
  readonly name: string;
  readonly what: string;
  /** Selects `since`: when each waiting item began to wait. */
  readonly sql: string;
  /** After so long an operator must look; null if waiting is no fault. */
  readonly patienceSeconds: number | null;
  readonly remedy: string;
}

const MINUTE = 60;

const RULES: readonly Rule[] = [
  {
    name: 'codesToRelay',
    what: 'one-time passwords not handed to delivery',
    patienceSeconds: PATIENCE_SECONDS.codes.handOver,
    sql: "SELECT occurred_at AS since FROM outbox_events WHERE relayed_at IS NULL AND type = 'otp.issued'",
    remedy: 'look at the log of a replica',
  },
  {
    name: 'eventsToRelay',
    what: 'events not handed to delivery',
    patienceSeconds: PATIENCE_SECONDS.events.handOver,
    sql: "SELECT occurred_at AS since FROM outbox_events WHERE relayed_at IS NULL AND type <> 'otp.issued'",
    remedy: 'look at the log of a replica',
  },
  {
    name: 'codes',
    what: 'one-time passwords under way',
    patienceSeconds: PATIENCE_SECONDS.codes.delivery,
    sql: "SELECT created_at AS since FROM webhook_deliveries WHERE status = 'pending' AND type = 'otp.issued'",
    remedy: 'their receivers do not take them',
  },
  {
    name: 'webhooks',
    what: 'webhooks under way',
    patienceSeconds: PATIENCE_SECONDS.events.delivery,
    sql: "SELECT created_at AS since FROM webhook_deliveries WHERE status = 'pending' AND type <> 'otp.issued'",
    remedy: 'their receivers do not take them',
  },
  {
    name: 'deadWebhooks',
    what: 'webhooks given up within a day',
    patienceSeconds: 0,
    sql: "SELECT ended_at AS since FROM webhook_deliveries WHERE status = 'dead' AND ended_at > clock_timestamp() - interval '1 day'",
    remedy: 'send them again over REST once their receiver takes them',
  },
  {
    name: 'pausedEndpoints',
    what: 'webhook endpoints paused',
    patienceSeconds: 0,
    sql: 'SELECT paused_at AS since FROM webhook_endpoints WHERE paused_at IS NOT NULL AND deleted_at IS NULL',
    remedy: 'resume them over REST once they take events',
  },
  {
    name: 'approvals',
    what: 'approvals wait for a second person',
    patienceSeconds: null,
    sql: `SELECT requested_at AS since FROM approvals WHERE status = 'pending' AND expires_at > clock_timestamp()
          UNION ALL SELECT requested_at FROM unlock_approvals WHERE status = 'pending' AND expires_at > clock_timestamp()`,
    remedy: '',
  },
  {
    // Its mark is always two minutes behind, and moves in steps.
    name: 'sweeper',
    what: 'mark of the sweeper of abandoned evaluations',
    patienceSeconds: 15 * MINUTE,
    sql: "SELECT reached AS since FROM maintenance_marks WHERE name = 'abandoned-evaluations'",
    remedy: 'no replica closes evaluations that were cut off: look at the log',
  },
  {
    name: 'purge',
    what: 'days of stored answers past their end',
    patienceSeconds: 0,
    sql: `SELECT to_date(right(child.relname, 8), 'YYYYMMDD') AS since
            FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
           WHERE inhparent = 'public.idempotency_records'::regclass
             AND to_date(right(child.relname, 8), 'YYYYMMDD') < (clock_timestamp() AT TIME ZONE 'UTC')::date - 3`,
    remedy: 'no replica drops them: look at the log',
  },
];

/** What waits, how long, and whether that is too long. */
export async function queuesNow(dataSource: DataSource): Promise<Section> {
  const facts: Record<string, Queue> = {};
  const words: string[] = [];
  const attention: string[] = [];
  for (const { name, what, sql, patienceSeconds, remedy } of RULES) {
    const queue = await queueOf(dataSource, sql);
    facts[name] = queue;
    if (queue.waiting === 0) continue;
    const told = `${queue.waiting} ${what}, the oldest for ${ageWords(queue.oldestSeconds)}`;
    words.push(told);
    if (patienceSeconds !== null && queue.oldestSeconds > patienceSeconds)
      attention.push(`${told}: ${remedy}`);
  }
  return { name: 'queues', facts, words, attention };
}

async function queueOf(dataSource: DataSource, sql: string): Promise<Queue> {
  const [row] = await dataSource.query<Queue[]>(
    `SELECT count(*)::int AS waiting,
            greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0))::float8 AS "oldestSeconds"
       FROM (${sql}) waiting`,
  );
  if (row === undefined) throw new Error('a count came without a row');
  return row;
}

interface BrakeRow {
  readonly tenantId: string;
  readonly kind: string;
  readonly target: string;
  readonly pulledBy: string;
  readonly pulledAt: Date;
}

export async function brakesNow(dataSource: DataSource): Promise<Section> {
  const brakes = await dataSource.query<BrakeRow[]>(
    `SELECT tenant_id AS "tenantId", kind, target, pulled_by AS "pulledBy", pulled_at AS "pulledAt"
       FROM brakes ORDER BY pulled_at`,
  );
  const words = brakes.map(
    ({ tenantId, kind, target, pulledBy, pulledAt }) =>
      `${kind} ${target} of tenant ${tenantId} is stopped by ${pulledBy} since ${pulledAt.toISOString()}`,
  );
  return {
    name: 'brakes',
    facts: { brakes },
    words: brakes.length === 0 ? ['none is pulled'] : words,
    attention: words.map((word) => `${word}: pinctl brakes list`),
  };
}
