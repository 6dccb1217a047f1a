import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import {
  ALARM_KINDS,
  DetectAlarms,
  forgetActivity,
  forgetAlarms,
  LATE_SECONDS,
  PauseClients,
  readAlarmState,
  type AlarmKind,
} from '#libs/alarms';
import { LastingFault } from '../logging/lasting-fault.js';
import { Metrics } from '../metrics/metrics.js';

const LOOK_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Counts what could be guessing, and pauses clients. Replicas share the work. What is not counted yet shows as a lag on
 * every replica: it also grows while the database cannot be asked, since no news is not good news.
 */
@Injectable()
export class AlarmsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Alarms');
  private readonly fault = new LastingFault(
    this.logger,
    'nothing can be counted for alarms now; tried again',
  );
  private readonly cannotForget = new LastingFault(
    this.logger,
    'ended alarms and old hours cannot be deleted now',
  );
  private ending = false;
  private open: ReadonlyMap<AlarmKind, number> = new Map();
  /** As it was told, and when. */
  private told = { lagSeconds: 0, at: performance.now() };

  constructor(
    private readonly detection: DetectAlarms,
    private readonly pauses: PauseClients,
    private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
  ) {}

  /** What happened in the last so many seconds may not be counted. */
  get lagSeconds(): number {
    return this.told.lagSeconds + (performance.now() - this.told.at) / 1_000;
  }

  get isLate(): boolean {
    return this.lagSeconds > LATE_SECONDS;
  }

  onApplicationBootstrap(): void {
    const { metrics } = this;
    metrics.gauges(
      ...(['pinward_alarms_open', 'Open alarms of guessing by kind, of all replicas', 'kind'] as const),
      () => new Map(ALARM_KINDS.map((kind) => [kind, this.open.get(kind) ?? 0])),
    );
    metrics.gauge(
      'pinward_alarm_lag_seconds',
      'What happened in so many seconds is not counted for alarms yet, whatever the reason',
      () => this.lagSeconds,
    );
  }

  @Interval(LOOK_EVERY_MS)
  look(): void {
    if (!this.ending) void this.fault.alone(() => this.work());
  }

  @Interval(FORGET_EVERY_MS)
  async forget(): Promise<void> {
    if (this.ending) return;
    await this.cannotForget.within(async () => {
      await forgetAlarms(this.dataSource);
      await forgetActivity(this.dataSource);
    });
  }

  /** The step under way ends: the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.fault.settled();
  }

  private async work(): Promise<void> {
    let more = true;
    while (more && !this.ending) {
      const step = await this.detection.step();
      for (const kind of step?.raised ?? []) this.metrics.countAlarm(kind);
      more = step?.more === true;
      await this.note();
    }
    while (!this.ending && (await this.pauses.step()));
  }

  private async note(): Promise<void> {
    const { lagSeconds, open } = await readAlarmState(this.dataSource.manager);
    this.told = { lagSeconds, at: performance.now() };
    this.open = open;
  }
}
