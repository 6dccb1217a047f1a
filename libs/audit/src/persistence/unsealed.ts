import type { EntityManager } from 'typeorm';

/** Sealing takes seconds: a longer wait is a fault. */
export const SEALED_WITHIN_SECONDS = 60;

/** Lines that are written and not sealed yet. */
export interface Unsealed {
  readonly lines: number;
  /** For how long the oldest has waited; 0 if there is none. */
  readonly seconds: number;
}

/** The transactions that the last sealing did not see, by its own rule. */
const SNAPSHOT = `
SELECT pg_snapshot_xmax(snapshot)::text AS next,
       ARRAY(SELECT pg_snapshot_xip(snapshot)::text) AS "inProgress" FROM audit_sealing`;
const UNSEALED = `
SELECT count(*)::int AS lines,
       coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8 AS seconds
  FROM audit_events WHERE xid >= $1::xid8 OR xid = ANY ($2::xid8[])`;

export async function readUnsealed(manager: EntityManager): Promise<Unsealed> {
  const [snapshot] = await manager.query<{ next: string; inProgress: string[] }[]>(SNAPSHOT);
  const [unsealed] = await manager.query<Unsealed[]>(UNSEALED, [snapshot?.next, snapshot?.inProgress]);
  if (unsealed === undefined) throw new Error('a count came without a row');
  return { lines: unsealed.lines, seconds: Math.max(0, unsealed.seconds) };
}
