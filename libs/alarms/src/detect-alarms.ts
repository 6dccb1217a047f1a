import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '#libs/database';
import { readPolicy } from '#libs/policy';
import { isReservedClient } from '#libs/requests';
import type { Alarm } from './alarm.js';
import { countActivity } from './count-activity.js';
import type { AlarmKind } from './kinds.js';
import { beginningOf, keepProgress, lockProgress, type Progress } from './progress.js';
import { endAlarm, insertAlarm, readOpenAlarms, renewAlarm } from './stored-alarms.js';
import { keyOf, readSeries, writeSeries } from './stored-series.js';
import { tellAlarm } from './tell-alarm.js';
import { Watched, type Change, type Watch } from './watched.js';

const LINES_AT_ONCE = 5_000;

interface Signs {
  readonly tenantId: string;
  readonly clientId: string;
  readonly kind: AlarmKind;
  readonly at: Date;
  /** Whether they are of the past that teaches. */
  readonly teaches: boolean;
  readonly count: number;
}

/** What one step came to. */
export interface Step {
  /** Whether more lines wait. */
  readonly more: boolean;
  readonly raised: readonly AlarmKind[];
}

/**
 * Counts what could be guessing, line by line of the sealed trail. A step is one transaction: position, counts, alarms, their
 * lines and events. So a process that is killed has counted nothing twice and forgotten nothing, and any other goes on.
 */
export class DetectAlarms {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns null while another process counts. @throws PinwardError DATABASE_UNAVAILABLE */
  async step(): Promise<Step | null> {
    return await inTransaction(this.dataSource, async (manager) => {
      // 1. Where the counting stands; nobody else counts until this ends.
      const found = await lockProgress(manager);
      if (found === null) return null;
      const progress = await this.progressFrom(manager, found);
      const policy = await readPolicy(manager);
      // Without a policy no service has served anything.
      if (policy === null) return { more: false, raised: [] };
      // 2. What the next lines show, and the counts that it adds to.
      const end = Math.min(progress.size, progress.next + LINES_AT_ONCE);
      const signs = await signsOf(manager, progress, end);
      const watched = await watchedOf(manager, signs, policy.policy.alarmFloor);
      // 3. Counted in the order of time.
      for (const sign of signs) count(sign, watched, progress);
      const more = end < progress.size;
      if (!more) for (const one of watched.values()) if (one.alarm !== null) one.pass(progress.now);
      // 4. All of it is kept, or nothing.
      const raised = await keep(manager, [...watched.values()]);
      await keepProgress(manager, { next: end, learned: progress.learned });
      // 5. The same lines by the hour, which may have further to go.
      const caughtUp = await countActivity(manager, end);
      return { more: more || !caughtUp, raised };
    });
  }

  /** The first time, and after a restore: the trail was cut, or an operator put lines back. */
  private async progressFrom(
    manager: EntityManager,
    found: Progress,
  ): Promise<Progress & { readonly next: number }> {
    const { next, size } = found;
    if (next !== null && next <= size) return { ...found, next };
    await manager.query('DELETE FROM alarm_series');
    return await beginningOf(manager, found);
  }
}

async function signsOf(
  manager: EntityManager,
  { next, learned }: Pick<Progress, 'next' | 'learned'>,
  end: number,
): Promise<Signs[]> {
  return await manager.query<Signs[]>(
    `SELECT tenant_id AS "tenantId", client_id AS "clientId", kind, at, teaches, count
       FROM pinward_alarm_signs($1, $2, $3)`,
    [next, end, new Date(learned.to)],
  );
}

/** The client, unless it is the service itself, and the tenant as a whole. */
function watchesOf({ tenantId, clientId, kind }: Signs): Watch[] {
  const tenant = { tenantId, clientId: null, kind };
  return isReservedClient(clientId) ? [tenant] : [{ tenantId, clientId, kind }, tenant];
}

/** Those that the signs concern, and those with an open alarm, which may end. By keyOf. */
async function watchedOf(
  manager: EntityManager,
  signs: readonly Signs[],
  alarmFloor: number,
): Promise<ReadonlyMap<string, Watched>> {
  const alarms = new Map((await readOpenAlarms(manager)).map((alarm) => [keyOf(alarm), alarm]));
  const all = [...signs.flatMap((sign) => watchesOf(sign)), ...alarms.values()];
  const watches = new Map(
    all.map(({ tenantId, clientId, kind }) => {
      const watch = { tenantId, clientId, kind };
      return [keyOf(watch), watch];
    }),
  );
  const series = await readSeries(manager, [...watches.values()]);
  const stored = (key: string) => ({
    series: series.get(key) ?? new Map<never, never>(),
    alarm: alarms.get(key) ?? null,
  });
  return new Map([...watches].map(([key, watch]) => [key, new Watched(watch, alarmFloor, stored(key))]));
}

function count(sign: Signs, watched: ReadonlyMap<string, Watched>, { learned }: Progress): void {
  for (const watch of watchesOf(sign)) {
    const one = watched.get(keyOf(watch));
    if (one === undefined) throw new Error('signs without their series');
    if (sign.teaches) one.learn(sign.count, learned);
    else one.count(sign.count, sign.at.getTime());
  }
}

async function keep(manager: EntityManager, watched: readonly Watched[]): Promise<AlarmKind[]> {
  if (watched.length > 0) await writeSeries(manager, watched);
  for (const { changes, alarm } of watched) {
    for (const change of changes) await keepChange(manager, change);
    if (alarm !== null) await renewAlarm(manager, alarm);
  }
  return watched.flatMap(({ watch, changes }) =>
    changes.filter(({ what }) => what === 'raised').map(() => watch.kind),
  );
}

async function keepChange(manager: EntityManager, change: Change): Promise<void> {
  const { what, alarm }: { what: Change['what']; alarm: Alarm } = change;
  if (what === 'raised') await insertAlarm(manager, alarm);
  else await endAlarm(manager, alarm);
  await tellAlarm(manager, change);
}
