import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { deliveryState, LANES, type DeliveryState } from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';
import { Metrics } from '../metrics/metrics.js';

const LOOK_EVERY_MS = 2_000;

/** Which receivers take nothing now, for readiness and metrics: read from the database, for all replicas. */
@Injectable()
export class DeliveryHealth implements OnApplicationBootstrap {
  private readonly fault = new LastingFault(
    new Logger('Webhooks'),
    'failing endpoints cannot be looked at now; what was seen last is told',
  );
  private state: DeliveryState = {
    failing: [],
    failingCount: 0,
    oldestSeconds: { codes: 0, events: 0 },
  };

  constructor(
    private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
  ) {}

  get current(): DeliveryState {
    return this.state;
  }

  onApplicationBootstrap(): void {
    const { metrics } = this;
    metrics.gauge(
      'pinward_webhook_endpoints_failing',
      'Webhook endpoints that take nothing now, of all replicas',
      () => this.state.failingCount,
    );
    metrics.gauges(
      ...([
        'pinward_webhook_oldest_seconds',
        'Age of the oldest delivery that waits for its turn or its next attempt',
        'lane',
      ] as const),
      () => new Map(LANES.map((lane) => [lane, this.state.oldestSeconds[lane]])),
    );
  }

  @Interval(LOOK_EVERY_MS)
  async look(): Promise<void> {
    await this.fault.alone(async () => {
      this.state = await deliveryState(this.dataSource);
    });
  }
}
