import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { poolOf } from '#libs/database';
import { PinHsm } from '#libs/hsm';
import { Counters } from '../edge/rate-limits/counters.js';
import { SetUp } from '../soundness/set-up.js';
import { Metrics } from './metrics.js';

/** The state of HSM and database, read at each scrape without asking either. */
@Injectable()
export class ResourceGauges implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    private readonly hsm: PinHsm,
    private readonly dataSource: DataSource,
    private readonly counters: Counters,
    private readonly setUp: SetUp,
  ) {}

  onApplicationBootstrap(): void {
    const { metrics, hsm } = this;
    metrics.gauge('pinward_hsm_ready', '1 while the HSM takes work', () => Number(hsm.health().ready));
    metrics.gauge('pinward_hsm_sessions', 'Sessions with the token', () => this.setUp.hsmSessions);
    metrics.gauge(
      'pinward_hsm_login_refused',
      '1 while the token has refused the login at the start',
      () => 0,
    );
    metrics.gauge(
      'pinward_hsm_warnings',
      'Warnings of the start-up checks',
      () => hsm.health().warnings.length,
    );
    metrics.gauge('pinward_hsm_known_answer_age_seconds', 'Since the last known-answer test passed', () => {
      const { knownAnswerTestAt } = hsm.health();
      return knownAnswerTestAt === null ? Infinity : (Date.now() - knownAnswerTestAt.getTime()) / 1_000;
    });
    metrics.gauge('pinward_hsm_lagging', '1 while operations wait longer for the HSM than they may', () =>
      Number(hsm.health().lag.lagging),
    );
    metrics.gauge(
      'pinward_hsm_oldest_wait_seconds',
      'How long the oldest operation has been waiting for the HSM',
      () => hsm.health().lag.oldestWaitMs / 1_000,
    );
    metrics.gauge(
      'pinward_hsm_recent_p99_seconds',
      'How long operations waited for the HSM in the last minute, 99th percentile',
      () => hsm.health().lag.p99Ms / 1_000,
    );
    metrics.gauge(
      'pinward_hsm_operations_under_way',
      'Operations that wait for the HSM now',
      () => hsm.health().lag.underWay,
    );
    metrics.gauge(
      'pinward_hsm_hosts_replaced',
      'HSM hosts that hung, failed or ended, since the start',
      () => hsm.health().replaced.count,
    );
    metrics.gauge(
      'pinward_rate_limits_apart',
      '1 while Redis is away and each replica limits for itself',
      () => Number(this.counters.apart !== null),
    );
    metrics.gauge(
      'pinward_database_connections',
      'Open connections',
      () => poolOf(this.dataSource).totalCount,
    );
    metrics.gauge(
      'pinward_database_connections_idle',
      'Of them unused',
      () => poolOf(this.dataSource).idleCount,
    );
    metrics.gauge(
      'pinward_database_waiting',
      'Calls that wait for a connection',
      () => poolOf(this.dataSource).waitingCount,
    );
  }
}
