import type { EntityManager } from 'typeorm';
import { SECRET_EVENT, type Lane } from './event-types.js';

/** What waits longer is a fault: a one-time password lives for minutes, other events are tried again for hours. */
export const PATIENCE_SECONDS: Readonly<
  Record<Lane, { readonly delivery: number; readonly handOver: number }>
> = {
  codes: { delivery: 60, handOver: 60 },
  events: { delivery: 3_600, handOver: 300 },
};

/** So many are counted; beyond that there are more. */
const DEAD_AT_MOST = 1_000;

interface LaneState {
  /** Endpoints that get these, whether they take them or not. */
  readonly endpoints: number;
  /** Of them, those that take nothing now or are paused. */
  readonly failing: number;
  /** Since when the first of those does. */
  readonly failingSince: Date | null;
  /** For how long the oldest delivery has waited; 0 if none does. */
  readonly oldestSeconds: number;
  /** Given up within a day, at most DEAD_AT_MOST. */
  readonly dead: number;
}

interface EndpointRow {
  readonly lane: Lane;
  readonly endpoints: number;
  readonly failing: number;
  readonly since: Date | null;
}

/** An endpoint without a list of events gets every event but one-time passwords; one with both is in both. */
const ENDPOINTS = `
SELECT part.lane, count(*)::integer AS endpoints, count(coalesce(failing_since, paused_at))::integer AS failing,
       min(coalesce(failing_since, paused_at)) AS since
  FROM webhook_endpoints
 CROSS JOIN LATERAL (VALUES ('codes', coalesce($2 = ANY (events), false)),
                            ('events', events IS DISTINCT FROM ARRAY[$2]::text[])) AS part (lane, takes)
 WHERE tenant_id = $1 AND deleted_at IS NULL AND part.takes GROUP BY part.lane`;

/** A one-time password lives for minutes; what is older than an hour and still waits is none. */
const OLDEST = `
SELECT (SELECT extract(epoch FROM clock_timestamp() - created_at) FROM webhook_deliveries
         WHERE tenant_id = $1 AND status = 'pending' AND type = $2 AND created_at > clock_timestamp() - interval '1 hour'
         ORDER BY created_at LIMIT 1)::float8 AS codes,
       (SELECT extract(epoch FROM clock_timestamp() - created_at) FROM webhook_deliveries
         WHERE tenant_id = $1 AND status = 'pending' AND type <> $2 ORDER BY created_at LIMIT 1)::float8 AS events`;

const DEAD = `
SELECT count(*) FILTER (WHERE type = $2)::integer AS codes, count(*) FILTER (WHERE type <> $2)::integer AS events
  FROM (SELECT type FROM webhook_deliveries
         WHERE tenant_id = $1 AND status = 'dead' AND ended_at > clock_timestamp() - interval '1 day' LIMIT $3) dead`;

/** How the deliveries of one tenant are doing, over all replicas. */
export async function tenantDeliveries(
  manager: EntityManager,
  tenantId: string,
): Promise<Readonly<Record<Lane, LaneState>>> {
  const rows = await manager.query<EndpointRow[]>(ENDPOINTS, [tenantId, SECRET_EVENT]);
  const [oldest] = await manager.query<Record<Lane, number | null>[]>(OLDEST, [tenantId, SECRET_EVENT]);
  const [dead] = await manager.query<Record<Lane, number>[]>(DEAD, [tenantId, SECRET_EVENT, DEAD_AT_MOST]);
  if (oldest === undefined || dead === undefined) throw new Error('a count came without a row');
  const stateOf = (lane: Lane): LaneState => {
    const of = rows.find((row) => row.lane === lane);
    return {
      endpoints: of?.endpoints ?? 0,
      failing: of?.failing ?? 0,
      failingSince: of?.since ?? null,
      oldestSeconds: Math.max(0, oldest[lane] ?? 0),
      dead: dead[lane],
    };
  };
  return { codes: stateOf('codes'), events: stateOf('events') };
}

/** How long events of any tenant have waited to be handed to delivery, which takes a moment; 0 if none waits. */
export async function handOverSeconds(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ seconds: number | null }[]>(
    `SELECT extract(epoch FROM clock_timestamp() - (
       SELECT occurred_at FROM outbox_events WHERE relayed_at IS NULL ORDER BY id LIMIT 1))::float8 AS seconds`,
  );
  return Math.max(0, row?.seconds ?? 0);
}

/** A secret that signs, and has been there since. */
export interface SigningSecret {
  readonly endpointId: string;
  readonly createdAt: Date;
}

/** The oldest of a tenant that were not replaced, made before then. */
export async function oldSigningSecrets(
  manager: EntityManager,
  { tenantId, before, limit }: { readonly tenantId: string; readonly before: Date; readonly limit: number },
): Promise<readonly SigningSecret[]> {
  return await manager.query<SigningSecret[]>(
    `SELECT s.endpoint_id AS "endpointId", s.created_at AS "createdAt"
       FROM webhook_secrets s JOIN webhook_endpoints e USING (tenant_id, endpoint_id)
      WHERE s.tenant_id = $1 AND s.expires_at IS NULL AND e.deleted_at IS NULL AND s.created_at <= $2
      ORDER BY s.created_at, s.endpoint_id LIMIT $3`,
    [tenantId, before, limit],
  );
}
