import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { DeliverWebhooks, DeliveryJobs, purgeEvents, RelayEvents } from '#libs/webhooks';

const RELAY_EVERY_MS = 250;
const SUPERVISE_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;
/** Attempts under way in one replica. */
const AT_ONCE = 16;

/** Carries committed events to their endpoints. Replicas share the work; what one leaves undone another does. */
@Injectable()
export class WebhookWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(WebhookWorker.name);
  private running: Promise<void> | null = null;
  private started = false;
  private ending = false;
  private told = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: DeliveryJobs,
    private readonly relay: RelayEvents,
    private readonly deliver: DeliverWebhooks,
    private readonly retentionDays: number,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.start();
    this.started = true;
  }

  @Interval(RELAY_EVERY_MS)
  async work(): Promise<void> {
    if (!this.started || this.running !== null || this.ending) return;
    this.running = this.quietly(async () => {
      while ((await this.relay.execute()).more && !this.ending);
      while ((await this.deliver.execute(AT_ONCE)) === AT_ONCE && !this.ending);
    });
    await this.running;
    this.running = null;
  }

  /** Deliveries of replicas that died are given to others. */
  @Interval(SUPERVISE_EVERY_MS)
  async supervise(): Promise<void> {
    if (this.started && !this.ending) await this.quietly(() => this.jobs.supervise());
  }

  @Interval(PURGE_EVERY_MS)
  async purge(): Promise<void> {
    if (!this.ending)
      await this.quietly(async () => void (await purgeEvents(this.dataSource, this.retentionDays)));
  }

  /** Attempts under way are finished: HSM and database are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.running;
    await this.jobs.stop();
  }

  /** Said once while it lasts. */
  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.told = false;
    } catch {
      if (!this.told) this.logger.warn('webhooks cannot be relayed or delivered now; tried again');
      this.told = true;
    }
  }
}
