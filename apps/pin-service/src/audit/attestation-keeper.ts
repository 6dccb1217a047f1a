import { randomUUID } from 'node:crypto';
import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { ATTEST_ACTION, attestVerdicts } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import { HOLDER_REPORT_MS } from '#libs/keys';
import { ownLine } from './call-lines.js';

const INTERVAL = 'attested verdicts';

/**
 * Writes to the audit trail, once a process, that verdicts are attested from now on (ADR 0019), as soon as no process
 * of the previous version runs any more.
 */
@Injectable()
export class AttestationKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AttestationKeeper.name);
  private running: Promise<void> = Promise.resolve();
  private isDone = false;
  private isTold = false;

  constructor(
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.attempt();
    if (this.isDone) return;
    const again = () => (this.running = this.running.then(() => this.attempt()));
    this.scheduler.addInterval(
      INTERVAL,
      setInterval(() => void again(), HOLDER_REPORT_MS),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isDone = true;
    await this.running;
  }

  private async attempt(): Promise<void> {
    if (this.isDone) return;
    try {
      const actor = ownLine({ action: ATTEST_ACTION, result: 'begun', requestId: randomUUID() });
      this.isDone = await attestVerdicts(this.dataSource, this.hsm, actor);
      if (this.isDone && this.scheduler.doesExist('interval', INTERVAL))
        this.scheduler.deleteInterval(INTERVAL);
    } catch (fault) {
      if (!this.isTold) this.logger.warn(`verdicts could not be said to be attested: ${reasonOf(fault)}`);
      this.isTold = true;
    }
  }
}

function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : 'unknown';
}
