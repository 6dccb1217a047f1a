import { Injectable } from '@nestjs/common';
import { KeepCheckpoints } from '#libs/audit';
import { PinHsm } from '#libs/hsm';
import { AlarmsWorker } from '../alarms/alarms.worker.js';
import { TrailStreams } from '../audit/trail-streams.js';
import { Counters } from '../edge/rate-limits/counters.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import type { Finding } from './check.js';
import type { Facts } from './soundness-schemas.js';
import { SetUp } from './set-up.js';

/** Behind by so much, a receiver is away although nothing has failed. */
const STREAMED_WITHIN_SECONDS = 60;

/** What this replica knows without asking, as its readiness does. */
@Injectable()
export class OwnChecks {
  constructor(
    private readonly hsm: PinHsm,
    private readonly checkpoints: KeepCheckpoints,
    private readonly streams: TrailStreams,
    private readonly counters: Counters,
    private readonly alarms: AlarmsWorker,
    private readonly policy: PolicyInForce,
    private readonly setUp: SetUp,
  ) {}

  hsmNow(): Finding<Facts> {
    const { ready, lag, knownAnswerTestAt, warnings } = this.hsm.health();
    return {
      facts: {
        profile: this.setUp.hsmProfile,
        knownAnswerTestAt: knownAnswerTestAt?.toISOString() ?? null,
        warnings: warnings.length,
        oldestWaitMs: Math.round(lag.oldestWaitMs),
        p99Ms: Math.round(lag.p99Ms),
      },
      reasons: [
        ['not-ready', 'unsound', !ready],
        ['lagging', 'degraded', lag.lagging],
      ],
    };
  }

  /** Before the first sealing nothing was sent. */
  witness(): Finding<Facts> {
    return {
      facts: {},
      isOff: !this.setUp.hasWitness,
      reasons: [
        ['not-taken', 'degraded', this.checkpoints.unwitnessed !== null],
        ['not-asked', 'unknown', this.checkpoints.sealedAt === null],
      ],
    };
  }

  streamsNow(): Finding<Facts> {
    const { states } = this.streams;
    const late = states.filter(({ lagSeconds }) => lagSeconds > STREAMED_WITHIN_SECONDS);
    return {
      facts: {
        receivers: states.map(({ receiver, lagSeconds, cause }) => ({
          receiver,
          lagSeconds: Math.max(0, lagSeconds),
          taking: cause === null,
        })),
      },
      isOff: states.length === 0,
      reasons: [
        ['not-taken', 'degraded', states.some(({ cause }) => cause !== null)],
        ['waits-long', 'degraded', late.length > 0],
        ['not-asked', 'unknown', this.checkpoints.sealedAt === null],
      ],
    };
  }

  rateLimits(): Finding<Facts> {
    return {
      facts: {},
      isOff: !this.setUp.sharesCounters,
      reasons: [['counted-apart', 'degraded', this.counters.apart !== null]],
    };
  }

  alarmsNow(): Finding<Facts> {
    return {
      facts: { lagSeconds: Math.round(this.alarms.lagSeconds) },
      reasons: [['counted-late', 'degraded', this.alarms.isLate]],
    };
  }

  policyNow(): Finding<Facts> {
    const { version } = this.policy;
    const differences = this.policy.differences().map(({ member }) => member);
    return {
      facts: { policyVersion: version, differences: [...new Set(differences)] },
      reasons: [
        ['differs', 'degraded', differences.length > 0],
        ['not-asked', 'unknown', version === 0],
      ],
    };
  }
}
