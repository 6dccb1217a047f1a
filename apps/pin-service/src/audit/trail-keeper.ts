import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { KeepCheckpoints } from '#libs/audit';
import { Metrics } from '../metrics/metrics.js';
import type { CountedCalls } from './counted-calls.js';

/** Seals the audit trail every few seconds and at the end, and says aloud when it is not the one that was kept. */
@Injectable()
export class TrailKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TrailKeeper.name);
  private running: Promise<void> | null = null;
  private told: string | null = null;

  constructor(
    private readonly checkpoints: KeepCheckpoints,
    private readonly intervalMs: number,
    private readonly scheduler: SchedulerRegistry,
    private readonly metrics: Metrics,
    private readonly counted: CountedCalls,
  ) {}

  /** Compared before anything is served. */
  async onApplicationBootstrap(): Promise<void> {
    await this.checkpoints.begin();
    this.tell();
    const { checkpoints, metrics } = this;
    metrics.gauge(
      'pinward_audit_trail_suspended',
      '1 while the audit trail is not the one that was kept',
      () => Number(checkpoints.trouble !== null),
    );
    metrics.gauge('pinward_audit_head_age_seconds', 'Since the newest tree head was signed', () =>
      checkpoints.sealedAt === null ? 0 : (Date.now() - checkpoints.sealedAt.getTime()) / 1_000,
    );
    this.scheduler.addInterval(
      'audit trail',
      setInterval(() => void this.seal(), this.intervalMs),
    );
  }

  /** What has been answered is sealed; HSM and database are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.counted.write();
    await this.running;
    await this.seal();
  }

  private async seal(): Promise<void> {
    this.running ??= this.checkpoints
      .execute()
      .catch(() =>
        this.logger.warn(
          'the audit trail could not be sealed or its checkpoint not be kept; tried again soon',
        ),
      )
      .finally(() => {
        this.running = null;
        this.tell();
      });
    await this.running;
  }

  private tell(): void {
    const { trouble } = this.checkpoints;
    if (trouble === this.told) return;
    this.told = trouble;
    if (trouble === null)
      this.logger.log('the audit trail is the one that was kept: PINs are evaluated again');
    else
      this.logger.error(`no PIN is evaluated until an operator has reconciled the audit trail: ${trouble}`);
  }
}
