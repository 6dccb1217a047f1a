import { randomUUID } from 'node:crypto';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { forgetHolder, HOLDER_REPORT_MS, reportHeldKeys, type ReplicaReport } from '#libs/keys';
import { LastingFault } from './logging/lasting-fault.js';

/**
 * Takes up keys that a ceremony has registered, and reports which keys this process holds. A key becomes current when
 * all processes hold it, so none of them ever meets a key that it does not know.
 *
 * Reports do not wait until keys are taken up, which may take as long as the start of a host. A process that is silent
 * for so long would count as gone, and no ceremony would wait for it.
 */
@Injectable()
export class KeyKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyKeeper.name);
  private readonly replicaId = randomUUID();
  private readonly cannotReport = new LastingFault(this.logger, 'the keys in use cannot be reported now');
  private takingUp: Promise<void> | null = null;
  /** It has not begun yet, so it will report the keys held by then. */
  private nextReport: Promise<void> | null = null;
  /** Ends with the latest report. */
  private reported: Promise<void> = Promise.resolve();
  private stopped = false;
  private trouble: string | null = null;

  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly scheduler: SchedulerRegistry,
    private readonly intervalMs: number,
    private readonly replica: () => ReplicaReport,
  ) {}

  /** Reported before the keys are read again: a ceremony that has not seen this process registered its key earlier. */
  async onApplicationBootstrap(): Promise<void> {
    await this.report();
    this.every('held keys', HOLDER_REPORT_MS, () => this.reportOrWarn());
    await this.keep();
    this.every('keys', this.intervalMs, () => this.keep());
  }

  /** Looks now, without waiting for the interval. */
  async refresh(): Promise<void> {
    await this.keep();
  }

  /** No request is served any more, so nothing has to wait for keys that are being taken up. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.reported;
    // If the row stays, it stops nobody: a silent process counts as gone.
    await forgetHolder(this.dataSource, this.replicaId).catch((fault: unknown) =>
      this.logger.warn('this process could not be taken off those that hold keys', fault),
    );
  }

  private every(name: string, ms: number, work: () => Promise<void>): void {
    this.scheduler.addInterval(
      name,
      setInterval(() => void work(), ms),
    );
  }

  private async keep(): Promise<void> {
    if (this.stopped) return;
    this.takingUp ??= this.takeUp().finally(() => (this.takingUp = null));
    await this.takingUp;
  }

  private async takeUp(): Promise<void> {
    const trouble = await this.hsm.refreshKeys().then(
      () => null,
      (fault: unknown) => (fault instanceof Error ? fault.message : 'the keys could not be read'),
    );
    if (this.stopped) return;
    if (trouble !== null && trouble !== this.trouble) {
      this.logger.warn(`registered keys are not taken up, those before go on: ${trouble}`);
    }
    this.trouble = trouble;
    await this.reportOrWarn();
  }

  private async reportOrWarn(): Promise<void> {
    await this.cannotReport.within(() => this.report());
  }

  /** One after another, so that an older report never overwrites a newer one. */
  private report(): Promise<void> {
    this.nextReport ??= this.reported.then(async () => {
      this.nextReport = null;
      if (this.stopped) return;
      const held = { keys: this.hsm.registeredKeys(), trouble: this.trouble, replica: this.replica() };
      await reportHeldKeys(this.dataSource, this.replicaId, held);
    });
    this.reported = this.nextReport.catch(() => undefined);
    return this.nextReport;
  }
}
