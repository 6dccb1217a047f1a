import type { EntityManager } from 'typeorm';
import type { Series } from './rule.js';
import type { Watch, Watched } from './watched.js';

/** In place of a client: all of the tenant together. No client has an empty id. */
export const WHOLE_TENANT = '';

interface Row extends Watch {
  readonly seconds: number;
  readonly start: Date;
  readonly count: string;
  readonly before: string;
  readonly usual: number;
}

export function keyOf({ tenantId, clientId, kind }: Watch): string {
  return JSON.stringify([tenantId, clientId ?? WHOLE_TENANT, kind]);
}

/** By keyOf, then by the seconds of the window. */
export async function readSeries(
  manager: EntityManager,
  watches: readonly Watch[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, Series>>> {
  const rows = await manager.query<Row[]>(
    `SELECT s.tenant_id AS "tenantId", s.client_id AS "clientId", s.kind, s.window_seconds AS seconds,
            s.window_start AS start, s.count, s.count_before AS before, s.usual
       FROM unnest($1::text[], $2::text[], $3::text[]) AS w (tenant_id, client_id, kind)
       JOIN alarm_series s ON (s.tenant_id, s.client_id, s.kind) = (w.tenant_id, w.client_id, w.kind)`,
    [
      watches.map(({ tenantId }) => tenantId),
      watches.map(({ clientId }) => clientId ?? WHOLE_TENANT),
      watches.map(({ kind }) => kind),
    ],
  );
  const found = new Map<string, Map<number, Series>>();
  for (const { seconds, start, count, before, usual, ...watch } of rows) {
    const key = keyOf(watch);
    const series = { start: start.getTime(), count: Number(count), before: Number(before), usual };
    found.set(key, (found.get(key) ?? new Map<number, Series>()).set(seconds, series));
  }
  return found;
}

export async function writeSeries(manager: EntityManager, all: readonly Watched[]): Promise<void> {
  const rows = all.flatMap(({ watch, series }) =>
    [...series].map(([seconds, one]) => ({ watch, seconds, series: one })),
  );
  await manager.query(
    `INSERT INTO alarm_series (tenant_id, client_id, kind, window_seconds, window_start, count, count_before, usual)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::bigint[], $7::bigint[],
                          $8::double precision[])
     ON CONFLICT (tenant_id, client_id, kind, window_seconds) DO UPDATE
        SET window_start = excluded.window_start, count = excluded.count, count_before = excluded.count_before,
            usual = excluded.usual`,
    [
      rows.map(({ watch }) => watch.tenantId),
      rows.map(({ watch }) => watch.clientId ?? WHOLE_TENANT),
      rows.map(({ watch }) => watch.kind),
      rows.map(({ seconds }) => seconds),
      rows.map(({ series }) => new Date(series.start)),
      rows.map(({ series }) => series.count),
      rows.map(({ series }) => series.before),
      rows.map(({ series }) => series.usual),
    ],
  );
}
