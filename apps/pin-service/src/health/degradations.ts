import { Injectable } from '@nestjs/common';
import { KeepCheckpoints } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import { AlarmsWorker } from '../alarms/alarms.worker.js';
import { TrailStreams } from '../audit/trail-streams.js';
import { Counters } from '../edge/rate-limits/counters.js';
import { DeliveryHealth } from '../webhooks/delivery-health.js';

/** Faults of a replica that still serves, in the words of docs/http-api.md. */
export const DEGRADATIONS = [
  'hsm',
  'codes',
  'webhooks',
  'audit-stream',
  'audit-witness',
  'rate-limits',
  'alarms',
] as const;
type Degradation = (typeof DEGRADATIONS)[number];

/** What works less well than it should, but is no reason to take a replica out: others would do no better. */
@Injectable()
export class Degradations {
  constructor(
    private readonly hsm: PinHsm,
    private readonly deliveries: DeliveryHealth,
    private readonly streams: TrailStreams,
    private readonly checkpoints: KeepCheckpoints,
    private readonly counters: Counters,
    private readonly alarms: AlarmsWorker,
  ) {}

  current(): {
    readonly degraded: readonly Degradation[];
    readonly details: ReturnType<Degradations['details']>;
  } {
    const { failing } = this.deliveries.current;
    const is: Readonly<Record<Degradation, boolean>> = {
      hsm: this.hsm.health().lag.lagging,
      codes: failing.some(({ codes }) => codes),
      webhooks: failing.length > 0,
      'audit-stream': this.streams.states.some(({ cause }) => cause !== null),
      'audit-witness': this.checkpoints.unwitnessed !== null,
      'rate-limits': this.counters.apart !== null,
      alarms: this.alarms.isLate,
    };
    return { degraded: DEGRADATIONS.filter((name) => is[name]), details: this.details() };
  }

  private details() {
    const { failing, failingCount, oldestSeconds } = this.deliveries.current;
    return {
      webhooks: {
        failing: failing.map(({ since, ...endpoint }) => ({ ...endpoint, since: since.toISOString() })),
        failingCount,
        oldestSeconds: { codes: Math.round(oldestSeconds.codes), events: Math.round(oldestSeconds.events) },
      },
      auditStreams: this.streams.states,
      auditWitness: { cause: this.checkpoints.unwitnessed },
      rateLimits: { cause: this.counters.apart },
      alarms: { lagSeconds: Math.round(this.alarms.lagSeconds) },
    };
  }
}
