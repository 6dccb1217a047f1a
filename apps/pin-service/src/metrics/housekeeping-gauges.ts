import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { credentialsDue } from '#libs/api-clients';
import { partitionsAhead } from '#libs/database';
import { keysDue } from '#libs/keys';
import { deadDeliveries } from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import { Metrics } from './metrics.js';

const EVERY_MS = 60_000;
const CREDENTIALS_AT_MOST = 1_000;

/**
 * What changes slowly and takes a look into the database: read once a minute, so that no scrape waits. What cannot be
 * read stays as it was, and the age of the look tells that.
 */
@Injectable()
export class HousekeepingGauges implements OnApplicationBootstrap {
  private readonly fault = new LastingFault(
    new Logger(HousekeepingGauges.name),
    'what is due cannot be looked at for the metrics now; what was seen last is told',
  );
  private lookedAt = Number.NEGATIVE_INFINITY;
  private keyRegisteredAt: ReadonlyMap<string, number> = new Map();
  private due = Number.NaN;
  private oldCredentials = Number.NaN;
  private dead = Number.NaN;
  private ahead = Number.NaN;
  private clockOffset = Number.NaN;

  constructor(
    private readonly metrics: Metrics,
    private readonly dataSource: DataSource,
    private readonly policy: PolicyInForce,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { metrics } = this;
    metrics.gauge(
      'pinward_housekeeping_age_seconds',
      'Since all that is looked at once a minute was last read',
      () => (Date.now() - this.lookedAt) / 1_000,
    );
    metrics.gauges(
      'pinward_key_age_seconds',
      'Age of the current key, by kind',
      'kind',
      () => new Map([...this.keyRegisteredAt].map(([kind, at]) => [kind, (Date.now() - at) / 1_000])),
    );
    metrics.gauge('pinward_keys_due', 'Current keys that the rotation policy wants replaced', () => this.due);
    metrics.gauge(
      'pinward_client_credentials_old',
      'Secrets, keys and certificates of clients beyond the age in the policy, 1,000 at most',
      () => this.oldCredentials,
    );
    metrics.gauge(
      'pinward_webhook_dead_deliveries',
      'Webhook deliveries given up in the last day, 10,000 at most',
      () => this.dead,
    );
    metrics.gauge(
      'pinward_partitions_ahead_seconds',
      'How far ahead partitions exist, of the table with the fewest',
      () => this.ahead,
    );
    metrics.gauge(
      'pinward_database_clock_offset_seconds',
      'Clock of the database minus that of this process',
      () => this.clockOffset,
    );
    await this.look();
  }

  @Interval(EVERY_MS)
  async look(): Promise<void> {
    await this.fault.alone(async () => {
      const { dataSource } = this;
      this.clockOffset = await clockOffsetOf(dataSource);
      this.ahead = await partitionsAhead(dataSource);
      this.dead = await deadDeliveries(dataSource);
      const keys = await keysDue(dataSource, new Date());
      this.keyRegisteredAt = new Map(keys.map(({ kind, since }) => [kind, since.getTime()]));
      this.due = keys.filter(({ dueAt }) => dueAt.getTime() <= Date.now()).length;
      const old = await credentialsDue(dataSource.manager, {
        tenantId: null,
        maxAgeDays: this.policy.current.clientSecretMaxAgeDays,
        withinDays: 0,
        limit: CREDENTIALS_AT_MOST,
      });
      this.oldCredentials = old.length;
      this.lookedAt = Date.now();
    });
  }
}

/** Against the middle of the call, since the answer took a way of its own; seconds. */
async function clockOffsetOf(dataSource: DataSource): Promise<number> {
  const before = Date.now();
  const [row] = await dataSource.query<{ now: number }[]>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 AS now',
  );
  if (row === undefined) throw new Error('the clock of the database gave no row');
  return row.now - (before + Date.now()) / 2_000;
}
