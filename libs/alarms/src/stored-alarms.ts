import type { EntityManager } from 'typeorm';
import { pageOf, readTimePlace, timePlace, type Page } from '#libs/requests';
import type { Alarm } from './alarm.js';
import { ALARM_KINDS, type AlarmKind } from './kinds.js';
import { WHOLE_TENANT } from './stored-series.js';

const COLUMNS = `tenant_id AS "tenantId", alarm_id AS "alarmId", nullif(client_id, '') AS "clientId", kind,
  window_seconds AS "windowSeconds", since, count, usual, limit_count AS "limit", last_over_at AS "lastOverAt",
  raised_at AS "raisedAt", ended_at AS "endedAt", brake_id AS "brakeId"`;

type Row = Omit<Alarm, 'count' | 'limit'> & { readonly count: string; readonly limit: string };
/** With where it is in the list. */
type Placed = Row & { readonly place: string };

/** Those that have not ended, of all tenants. */
export async function readOpenAlarms(manager: EntityManager): Promise<Alarm[]> {
  const rows = await manager.query<Row[]>(`SELECT ${COLUMNS} FROM alarms WHERE ended_at IS NULL`);
  return rows.map(toAlarm);
}

/** Of one that a client's PIN calls are to be paused for, locked; null for none. */
export async function lockUnpaused(manager: EntityManager, overWithinMinutes: number): Promise<Alarm | null> {
  const [row] = await manager.query<Row[]>(
    `SELECT ${COLUMNS} FROM alarms
      WHERE ended_at IS NULL AND client_id <> $1 AND brake_id IS NULL
        AND last_over_at > clock_timestamp() - $2 * interval '1 minute'
      ORDER BY raised_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
    [WHOLE_TENANT, overWithinMinutes],
  );
  return row === undefined ? null : toAlarm(row);
}

export async function insertAlarm(manager: EntityManager, alarm: Alarm): Promise<void> {
  const { tenantId, alarmId, clientId, kind, windowSeconds, since, count, usual, limit, lastOverAt } = alarm;
  await manager.query(
    `INSERT INTO alarms (tenant_id, alarm_id, client_id, kind, window_seconds, since, count, usual, limit_count, last_over_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[tenantId, alarmId, clientId ?? WHOLE_TENANT, kind, windowSeconds],
      ...[since, count, usual, limit, lastOverAt],
    ],
  );
}

/** What has changed of it since it was raised. */
export async function renewAlarm(
  manager: EntityManager,
  { tenantId, alarmId, count, lastOverAt }: Alarm,
): Promise<void> {
  await manager.query(
    `UPDATE alarms SET count = $3, last_over_at = $4
      WHERE tenant_id = $1 AND alarm_id = $2 AND (count, last_over_at) IS DISTINCT FROM ($3::bigint, $4::timestamptz)`,
    [tenantId, alarmId, count, lastOverAt],
  );
}

export async function endAlarm(manager: EntityManager, alarm: Alarm): Promise<void> {
  await renewAlarm(manager, alarm);
  await manager.query(
    'UPDATE alarms SET ended_at = clock_timestamp() WHERE tenant_id = $1 AND alarm_id = $2',
    [alarm.tenantId, alarm.alarmId],
  );
}

export async function notePause(
  manager: EntityManager,
  { tenantId, alarmId }: Alarm,
  brakeId: string,
): Promise<void> {
  await manager.query('UPDATE alarms SET brake_id = $3 WHERE tenant_id = $1 AND alarm_id = $2', [
    tenantId,
    alarmId,
    brakeId,
  ]);
}

export const ALARM_STATES = ['open', 'ended'] as const;

export interface AlarmsAsked {
  readonly state?: (typeof ALARM_STATES)[number] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. @throws PinwardError REQUEST_INVALID for a cursor that is none of ours */
export async function findAlarms(
  manager: EntityManager,
  tenantId: string,
  { state, limit, cursor }: AlarmsAsked,
): Promise<Page<Alarm>> {
  const [at, id] = readTimePlace(cursor);
  const rows = await manager.query<Placed[]>(
    `SELECT ${COLUMNS}, ${timePlace('raised_at', 'alarm_id')} AS place
       FROM alarms
      WHERE tenant_id = $1 AND ($2::text IS NULL OR ($2 = 'open') = (ended_at IS NULL))
        AND ($3::timestamptz IS NULL OR (raised_at, alarm_id) < ($3, $4::uuid))
      ORDER BY raised_at DESC, alarm_id DESC LIMIT $5`,
    [tenantId, state ?? null, at, id, limit + 1],
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ place }) => place);
  return { items: items.map((row) => toAlarm(row)), nextCursor };
}

/** Two seconds until a line is sealed, two until it is counted: a longer lag is no coincidence. */
export const LATE_SECONDS = 60;

/** How the detection is doing, of all tenants. */
export interface AlarmState {
  /** What happened in so many seconds is not counted yet, whatever the reason. */
  readonly lagSeconds: number;
  readonly open: ReadonlyMap<AlarmKind, number>;
}

export async function readAlarmState(manager: EntityManager): Promise<AlarmState> {
  const rows = await manager.query<{ lag: number; kind: AlarmKind | null; open: number }[]>(
    `SELECT greatest(0, extract(epoch FROM clock_timestamp() - d.counted_to))::float8 AS lag, a.kind, count(a.alarm_id)::integer AS open
       FROM alarm_detection d LEFT JOIN alarms a ON a.ended_at IS NULL GROUP BY d.counted_to, a.kind`,
  );
  const [first] = rows;
  if (first === undefined) throw new Error('the row of the detection of alarms is missing');
  const open = (kind: AlarmKind) => rows.find((row) => row.kind === kind)?.open ?? 0;
  return { lagSeconds: first.lag, open: new Map(ALARM_KINDS.map((kind) => [kind, open(kind)])) };
}

function toAlarm({ count, limit, ...row }: Row): Alarm {
  return { ...row, count: Number(count), limit: Number(limit) };
}
