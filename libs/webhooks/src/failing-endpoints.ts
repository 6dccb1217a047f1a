import type { DataSource } from 'typeorm';
import { CODE_QUEUE, DELIVERY_QUEUE, JOB_SCHEMA } from '#libs/database';
import { SECRET_EVENT, type Lane } from './event-types.js';

/** So many are named; beyond that the number is enough. */
const NAMED_AT_MOST = 20;

interface FailingEndpoint {
  readonly endpointId: string;
  /** It has taken nothing since then. */
  readonly since: Date;
  readonly paused: boolean;
  /** Whether it gets one-time passwords. */
  readonly codes: boolean;
}

export interface DeliveryState {
  /** The longest first, at most twenty. */
  readonly failing: readonly FailingEndpoint[];
  readonly failingCount: number;
  /** Age in seconds of the oldest delivery that waits, for its turn or for the next attempt; 0 if none does. */
  readonly oldestSeconds: Readonly<Record<Lane, number>>;
}

interface EndpointRow {
  endpoint_id: string;
  since: Date;
  paused: boolean;
  codes: boolean;
  total: number;
}

/** Which endpoints take nothing now, and how long events wait. Read from the database, so it covers all replicas. */
export async function deliveryState({ manager }: DataSource): Promise<DeliveryState> {
  const endpoints = await manager.query<EndpointRow[]>(
    `SELECT endpoint_id, coalesce(failing_since, paused_at) AS since, paused_at IS NOT NULL AS paused,
            coalesce($1 = ANY (events), false) AS codes, count(*) OVER ()::integer AS total
       FROM webhook_endpoints
      WHERE deleted_at IS NULL AND (failing_since IS NOT NULL OR paused_at IS NOT NULL)
      ORDER BY since, endpoint_id LIMIT ${NAMED_AT_MOST}`,
    [SECRET_EVENT],
  );
  const oldest = await manager.query<{ name: string; seconds: number }[]>(
    [CODE_QUEUE, DELIVERY_QUEUE].map((name) => `(${oldestOf(name)})`).join(' UNION ALL '),
  );
  const secondsOf = (queue: string) => Math.max(0, oldest.find(({ name }) => name === queue)?.seconds ?? 0);
  return {
    failing: endpoints.map(({ endpoint_id: endpointId, since, paused, codes }) => {
      return { endpointId, since, paused, codes };
    }),
    failingCount: endpoints[0]?.total ?? 0,
    oldestSeconds: { codes: secondsOf(CODE_QUEUE), events: secondsOf(DELIVERY_QUEUE) },
  };
}

const DEAD_AT_MOST = 10_000;

/** Deliveries that were given up in the last day, of all tenants; counted up to 10,000. */
export async function deadDeliveries({ manager }: DataSource): Promise<number> {
  const [row] = await manager.query<{ dead: number }[]>(
    `SELECT count(*)::integer AS dead
       FROM (SELECT 1 FROM webhook_deliveries
              WHERE status = 'dead' AND ended_at > clock_timestamp() - interval '1 day' LIMIT ${DEAD_AT_MOST}) AS dead`,
  );
  if (row === undefined) throw new Error('a count gave no row');
  return row.dead;
}

/** The first of the index by which jobs are taken, however many wait. */
function oldestOf(queue: string): string {
  return `SELECT name, extract(epoch FROM clock_timestamp() - created_on)::float8 AS seconds
            FROM ${JOB_SCHEMA}.job
           WHERE name = '${queue}' AND state < 'active' AND NOT blocked
           ORDER BY priority DESC, created_on LIMIT 1`;
}
