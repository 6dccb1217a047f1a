import { randomUUID } from 'node:crypto';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { forgetHolder, reportHeldKeys } from '#libs/database';
import { PinHsm } from '#libs/hsm';

/**
 * Takes up keys that a ceremony has registered, and reports what this process holds: a key becomes current when all
 * processes hold it, so none of them ever meets a key it does not know.
 */
@Injectable()
export class KeyKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyKeeper.name);
  private readonly replicaId = randomUUID();
  private running: Promise<void> | null = null;
  private stopped = false;
  private trouble: string | null = null;

  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly scheduler: SchedulerRegistry,
    private readonly intervalMs: number,
  ) {}

  /** Reported before the keys are read again: a ceremony that has not seen this process registered its key earlier. */
  async onApplicationBootstrap(): Promise<void> {
    await this.report();
    await this.keep();
    this.scheduler.addInterval(
      'keys',
      setInterval(() => void this.keep(), this.intervalMs),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.running;
    await forgetHolder(this.dataSource, this.replicaId).catch(() => undefined);
  }

  private async keep(): Promise<void> {
    if (this.stopped) return;
    this.running ??= this.takeUp().finally(() => (this.running = null));
    await this.running;
  }

  private async takeUp(): Promise<void> {
    const trouble = await this.hsm.refreshKeys().then(
      () => null,
      (fault: unknown) => (fault instanceof Error ? fault.message : 'the keys could not be read'),
    );
    if (trouble !== null && trouble !== this.trouble) {
      this.logger.warn(`registered keys are not taken up, those before go on: ${trouble}`);
    }
    this.trouble = trouble;
    await this.report().catch(() => this.logger.warn('the keys in use could not be reported; tried again'));
  }

  private async report(): Promise<void> {
    const held = { keys: this.hsm.registeredKeys(), trouble: this.trouble };
    await reportHeldKeys(this.dataSource, this.replicaId, held);
  }
}
