import type { DataSource } from 'typeorm';
import { DetectAlarms, findAlarms, PauseClients, type Alarm, type AlarmKind } from '#libs/alarms';
import { inTransaction } from '#libs/database';
import { changePolicy, establishPolicy, type PolicyChanges } from '#libs/policy';
import { ACTOR } from '../audit/backup-kit.js';
import { openStore, TENANT, type StoreUnderTest } from '../store/store-kit.js';
import { SOUND_POLICY } from '../support/sound-policy.js';

const HOUR_MS = 3_600_000;
const ANOTHER_FAILURE = '{"pinStatus":"active","triesSpent":2,"failuresWithoutSuccess":2}';
/** As contextOf has it. */
export const CLIENT = 'card-app';

export interface LinesAsked {
  readonly action?: string;
  readonly result?: string;
  readonly clientId?: string;
  readonly tenantId?: string;
  /** Details of each line, JSON. */
  readonly details?: string;
  /** Minutes after the hour of the test in which they were written. */
  readonly at?: number;
  /** Instead: how long ago. */
  readonly ago?: string;
}

/** Alarms on a real database, as the service's role; the trail is sealed as the sealer does it. */
export class AlarmKit implements AsyncDisposable {
  readonly detection: DetectAlarms;
  readonly pauses: PauseClients;

  private constructor(
    readonly rig: StoreUnderTest,
    /** The next full hour: nothing depends on when a test runs. */
    private readonly hour: Date,
  ) {
    this.detection = new DetectAlarms(rig.dataSource);
    this.pauses = new PauseClients(rig.dataSource);
  }

  /** @param isBegun whether the past has taught already: then everything that comes is counted */
  static async make({ isBegun = true } = {}): Promise<AlarmKit> {
    const rig = await openStore({ poolSize: 8 });
    await rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('other') ON CONFLICT DO NOTHING");
    await inTransaction(rig.owner, (manager) =>
      establishPolicy(manager, ACTOR, { given: {}, opened: SOUND_POLICY }),
    );
    const hour = new Date((Math.floor(Date.now() / HOUR_MS) + 1) * HOUR_MS);
    const kit = new AlarmKit(rig, hour);
    if (isBegun) await kit.count();
    return kit;
  }

  get owner(): DataSource {
    return this.rig.owner;
  }

  async policy(changes: PolicyChanges): Promise<void> {
    await inTransaction(this.owner, (manager) =>
      changePolicy(manager, ACTOR, { changes, reason: 'for this test' }),
    );
  }

  /** So many lines of an outcome; wrong PINs of cards that had a failure before, unless asked otherwise. */
  async lines(count: number, asked: LinesAsked = {}): Promise<void> {
    const { action = 'pin.validate', result = 'not-matched', clientId = CLIENT, tenantId = TENANT } = asked;
    const { details = ANOTHER_FAILURE, at = 0, ago = null } = asked;
    const time = new Date(this.hour.getTime() + at * 60_000);
    await this.owner.query(
      `INSERT INTO audit_events (tenant_id, occurred_at, client_id, subject, request_id, action, phase, result, details)
       SELECT $1, coalesce(clock_timestamp() - $8::interval, $7), $2, 'someone', 'bulk', $3, 'outcome', $4, $5
         FROM generate_series(1, $6::integer)`,
      [tenantId, clientId, action, result, details, count, time, ago],
    );
  }

  async seal(): Promise<void> {
    await this.owner.query('SELECT pinward_seal_events()');
  }

  /** Seals, and counts to the end. @returns the kinds that were raised */
  async count(detection = this.detection): Promise<AlarmKind[]> {
    await this.seal();
    const raised: AlarmKind[] = [];
    for (;;) {
      const step = await detection.step();
      if (step === null) throw new Error('another process counts');
      raised.push(...step.raised);
      if (!step.more) return raised.toSorted();
    }
  }

  async alarms(tenantId = TENANT): Promise<readonly Alarm[]> {
    return (await findAlarms(this.rig.dataSource.manager, tenantId, { limit: 100 })).items;
  }

  async open(tenantId = TENANT): Promise<readonly (readonly [AlarmKind, string | null, number])[]> {
    const { items } = await findAlarms(this.rig.dataSource.manager, tenantId, { state: 'open', limit: 100 });
    return items
      .map(({ kind, clientId, count }) => [kind, clientId, count] as const)
      .toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
  }

  /** As if everything so far had happened so many hours earlier. */
  async passHours(hours: number): Promise<void> {
    for (const [table, column] of [
      ['alarm_series', 'window_start'],
      ['alarms', 'last_over_at'],
    ])
      await this.owner.query(`UPDATE ${table} SET ${column} = ${column} - $1 * interval '1 hour'`, [hours]);
  }

  async brakes(): Promise<readonly { brakeId: string; kind: string; target: string; reason: string }[]> {
    return await this.owner.query(
      `SELECT brake_id AS "brakeId", kind, target, reason FROM brakes ORDER BY pulled_at`,
    );
  }

  async told(actions: string): Promise<readonly { action: string; clientId: string; details: string }[]> {
    return await this.owner.query(
      `SELECT action, client_id AS "clientId", details FROM audit_events WHERE action LIKE $1 ORDER BY audit_id`,
      [actions],
    );
  }

  async events(): Promise<readonly { type: string; data: Record<string, unknown> }[]> {
    const rows = await this.owner.query<{ type: string; data: string }[]>(
      `SELECT type, data FROM outbox_events WHERE type = 'security.alarm' ORDER BY id`,
    );
    return rows.map(({ type, data }) => ({ type, data: JSON.parse(data) as Record<string, unknown> }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rig[Symbol.asyncDispose]();
  }
}

export const LOCKED = '{"pinStatus":"locked","triesSpent":3,"failuresWithoutSuccess":3}';
export const FIRST_FAILURE =
  '{"pinStatus":"active","triesSpent":1,"failuresWithoutSuccess":1,"verifierHash":"x"}';
