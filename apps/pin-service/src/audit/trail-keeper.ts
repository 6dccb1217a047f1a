import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { KeepCheckpoints } from '#libs/audit';
import { LastingFault } from '../logging/lasting-fault.js';
import { Metrics } from '../metrics/metrics.js';
import type { CountedCalls } from './counted-calls.js';

const COMPARED_AGAIN_MS = 2_000;

/** Seals the audit trail every few seconds and at the end, and reports clearly if it differs from the kept one. */
@Injectable()
export class TrailKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TrailKeeper.name);
  private readonly fault = new LastingFault(
    this.logger,
    'the audit trail could not be compared, sealed or its checkpoint kept; the verdict stays, tried again soon',
  );
  private told: string | null = null;

  constructor(
    private readonly checkpoints: KeepCheckpoints,
    private readonly intervalMs: number,
    private readonly scheduler: SchedulerRegistry,
    private readonly metrics: Metrics,
    private readonly counted: CountedCalls,
  ) {}

  /** Compared before any request is served. If that is not possible, no PIN is evaluated until it was. */
  async onApplicationBootstrap(): Promise<void> {
    await this.fault.within(() => this.checkpoints.begin());
    this.tell();
    const { checkpoints, metrics } = this;
    metrics.gauge(
      'pinward_audit_trail_uncompared',
      '1 while the audit trail cannot be compared with the checkpoint that was kept',
      () => Number(!checkpoints.compared),
    );
    metrics.gauge(
      'pinward_audit_trail_suspended',
      '1 while the audit trail is not the one that was kept',
      () => Number(checkpoints.trouble !== null),
    );
    metrics.gauge(
      'pinward_audit_checkpoint_unkept',
      '1 while the newest checkpoint of the audit trail cannot be kept outside the database',
      () => Number(checkpoints.unkept !== null),
    );
    metrics.gauge(
      'pinward_audit_witness_failing',
      '1 while the witness does not take the newest checkpoint',
      () => Number(checkpoints.unwitnessed !== null),
    );
    metrics.gauge(
      'pinward_audit_witness_age_seconds',
      'Since the witness last took a checkpoint; 0 without a witness',
      () => checkpoints.witnessAgeSeconds,
    );
    metrics.gauge('pinward_audit_head_age_seconds', 'Since the newest tree head was signed', () =>
      checkpoints.sealedAt === null ? 0 : (Date.now() - checkpoints.sealedAt.getTime()) / 1_000,
    );
    this.every('audit trail', this.intervalMs, () => this.seal());
    // Soon, however rarely the trail is sealed.
    this.every('uncompared audit trail', COMPARED_AGAIN_MS, async () => {
      if (!checkpoints.compared) await this.seal();
    });
  }

  /** Seals the lines of all answered requests; HSM and database are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.counted.write();
    await this.fault.settled();
    await this.seal();
  }

  private every(name: string, ms: number, work: () => Promise<void>): void {
    this.scheduler.addInterval(
      name,
      setInterval(() => void work(), ms),
    );
  }

  private async seal(): Promise<void> {
    await this.fault.alone(() => this.checkpoints.execute());
    this.tell();
  }

  private tell(): void {
    const { trouble } = this.checkpoints;
    if (trouble === this.told) return;
    this.told = trouble;
    if (trouble === null)
      this.logger.log('the audit trail is the one that was kept: PINs are evaluated again');
    else
      this.logger.error(`no PIN is evaluated while the audit trail is not the one that was kept: ${trouble}`);
  }
}
