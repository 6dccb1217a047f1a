import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeepCheckpoints, readUnsealed, SEALED_WITHIN_SECONDS } from '#libs/audit';
import { readKeyHolders } from '#libs/keys';
import { VERSION } from '#libs/program-files';
import { handOverSeconds, LANES, PATIENCE_SECONDS, tenantDeliveries, type Lane } from '#libs/webhooks';
import { Draining } from '../draining.js';
import { DatabaseHealth } from '../health/database-health.js';
import type { Finding } from './check.js';
import type { Facts } from './soundness-schemas.js';

/** What only the database knows. Each throws what the database does. */
@Injectable()
export class AskedChecks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly database: DatabaseHealth,
    private readonly checkpoints: KeepCheckpoints,
    private readonly draining: Draining,
  ) {}

  async service(): Promise<Finding<Facts>> {
    const holders = await readKeyHolders(this.dataSource);
    const versions = [...new Set(holders.map(({ version }) => version ?? 'older'))].toSorted();
    return {
      facts: { version: VERSION, replicas: holders.length, versions },
      reasons: [
        ['stopping', 'degraded', this.draining.begun],
        ['several-versions', 'degraded', versions.length > 1],
        ['keys-not-taken-up', 'degraded', holders.some(({ trouble }) => trouble !== null)],
        // This replica reports every few seconds.
        ['not-asked', 'unknown', holders.length === 0],
      ],
    };
  }

  async databaseNow(): Promise<Finding<Facts>> {
    const { database: answers, databaseWrites: writes, migrations: migrated } = await this.database.check();
    return {
      facts: answers ? { answers, writes, migrated } : { answers },
      reasons: [
        ['no-answer', 'unsound', !answers],
        ['no-writes', 'unsound', answers && !writes],
        ['other-schema', 'unsound', answers && !migrated],
      ],
    };
  }

  async trail(): Promise<Finding<Facts>> {
    const { trouble, unkept, compared } = this.checkpoints;
    const { seconds } = await readUnsealed(this.dataSource.manager);
    return {
      facts: { compared, sealingSeconds: Math.round(seconds) },
      reasons: [
        ['not-the-kept-one', 'unsound', compared && trouble !== null],
        // What the last comparison said still holds: after a start, that there was none.
        ['not-compared', trouble === null ? 'unknown' : 'unsound', !compared],
        ['not-kept', 'unsound', unkept !== null],
        ['sealed-late', 'degraded', seconds > SEALED_WITHIN_SECONDS],
      ],
    };
  }

  /** Of the tenant alone, but for the hand-over, which is one for all. */
  async deliveries(tenantId: string): Promise<Readonly<Record<Lane, Finding<Facts>>>> {
    const { manager } = this.dataSource;
    const lanes = await tenantDeliveries(manager, tenantId);
    const handOver = await handOverSeconds(manager);
    const [codes, events] = LANES.map((lane): Finding<Facts> => {
      const { endpoints, failing, failingSince, oldestSeconds, dead } = lanes[lane];
      const patience = PATIENCE_SECONDS[lane];
      return {
        facts: {
          endpoints,
          failing,
          oldestSeconds: Math.round(oldestSeconds),
          handOverSeconds: Math.round(handOver),
          deadWithinDay: dead,
        },
        since: failingSince,
        isOff: endpoints === 0 && dead === 0 && oldestSeconds === 0,
        reasons: [
          ['endpoints-failing', 'degraded', failing > 0],
          ['waits-long', 'degraded', oldestSeconds > patience.delivery || handOver > patience.handOver],
          ['given-up', 'degraded', dead > 0],
        ],
      };
    });
    if (codes === undefined || events === undefined) throw new Error('a lane is missing');
    return { codes, events };
  }
}
