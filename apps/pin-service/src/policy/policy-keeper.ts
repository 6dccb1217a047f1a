import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LastingFault } from '../logging/lasting-fault.js';
import { Metrics } from '../metrics/metrics.js';
import { PolicyInForce } from './policy-in-force.js';

const REFRESH_MS = 2_000;

/** Keeps the policy up to date, and measurable. */
@Injectable()
export class PolicyKeeper implements OnApplicationBootstrap {
  private readonly fault = new LastingFault(
    new Logger('Policy'),
    'the policy could not be read; the one before is shown, and the database goes by its own',
  );

  constructor(
    private readonly policy: PolicyInForce,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    this.metrics.gauge(
      'pinward_policy_version',
      'The version of the policy that holds',
      () => this.policy.version,
    );
    this.metrics.gauge(
      'pinward_policy_differences',
      'Settings of this replica that are not as the policy says',
      () => this.policy.differences().length,
    );
  }

  @Interval(REFRESH_MS)
  async refresh(): Promise<void> {
    await this.fault.within(() => this.policy.refresh());
  }
}
