import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import {
  DeliverWebhooks,
  DeliveryJobs,
  endpointsOnOtherPorts,
  LANES,
  purgeEvents,
  RelayEvents,
} from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';
import { DeliveryFailures } from './delivery-failures.js';
import { LaneWork } from './lane-work.js';

const LOOK_EVERY_MS = 250;
const SUPERVISE_EVERY_MS = 5_000;
const PURGE_EVERY_MS = 3_600_000;

/**
 * Brings committed events to their endpoints, one-time passwords by their own lane. Replicas share the work; another
 * one does what one leaves undone.
 */
@Injectable()
export class WebhookWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly cannotSupervise = new LastingFault(
    this.logger,
    'dead deliveries cannot be looked for now',
  );
  private readonly cannotPurge = new LastingFault(this.logger, 'old events cannot be purged now');
  private readonly lanes: readonly LaneWork[];
  private working = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: DeliveryJobs,
    relay: RelayEvents,
    deliver: DeliverWebhooks,
    failures: DeliveryFailures,
    private readonly options: { readonly retentionDays: number; readonly ports: readonly number[] | null },
  ) {
    const onUnclaimed = (tenants: readonly string[]) => failures.tellUnclaimed(tenants);
    this.lanes = LANES.map((lane) => new LaneWork(lane, relay, { dataSource, jobs, deliver }, onUnclaimed));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.start();
    await this.nameOtherPorts();
    this.working = true;
  }

  @Interval(LOOK_EVERY_MS)
  relay(): void {
    if (this.working) for (const lane of this.lanes) lane.relay();
  }

  @Interval(LOOK_EVERY_MS)
  deliver(): void {
    if (this.working) for (const lane of this.lanes) lane.deliver();
  }

  /** Other replicas get the deliveries of those that died. */
  @Interval(SUPERVISE_EVERY_MS)
  async supervise(): Promise<void> {
    if (this.working) await this.cannotSupervise.within(() => this.jobs.supervise());
  }

  @Interval(PURGE_EVERY_MS)
  async purge(): Promise<void> {
    if (this.working)
      await this.cannotPurge.within(() => purgeEvents(this.dataSource, this.options.retentionDays));
  }

  /** They keep working: an update must not cut off a tenant's one-time passwords. */
  private async nameOtherPorts(): Promise<void> {
    const { ports } = this.options;
    if (ports === null) return;
    for (const { tenantId, endpointId, port } of await endpointsOnOtherPorts(this.dataSource, ports))
      this.logger.warn(
        `webhook endpoint ${endpointId} of tenant ${tenantId} has port ${port}, which new ones may not have`,
      );
  }

  /** Running attempts are finished: HSM and database are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.working = false;
    await Promise.all(this.lanes.map((lane) => lane.end()));
    await this.jobs.stop();
  }
}
