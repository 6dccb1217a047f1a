import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { KeepCheckpoints } from '#libs/audit';
import { PinHsm, type HsmLag } from '#libs/hsm';
import { Draining } from '../draining.js';
import { OpenRoute } from '../edge/authentication/scopes.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import { Degradations } from './degradations.js';
import { DatabaseHealth } from './database-health.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('internal')
@Controller('health')
@OpenRoute()
export class HealthController {
  constructor(
    private readonly hsm: PinHsm,
    private readonly database: DatabaseHealth,
    private readonly checkpoints: KeepCheckpoints,
    private readonly draining: Draining,
    private readonly policy: PolicyInForce,
    private readonly degradations: Degradations,
  ) {}

  /** The process answers. It never asks HSM or database: restarting this process would mend neither. */
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /** Whether this replica can serve PIN operations now; 503 takes it out of the load balancer. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready: hsm, lag, knownAnswerTestAt, warnings } = this.hsm.health();
    const { database, databaseWrites, migrations } = await this.database.check();
    const { trouble, unkept, compared: auditTrailCompared } = this.checkpoints;
    const { degraded, details } = this.degradations.current();
    const auditTrail = trouble === null;
    const auditTrailKept = unkept === null;
    const ready =
      hsm && database && databaseWrites && migrations && auditTrail && auditTrailKept && !this.draining.begun;
    void reply
      .status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .header('Cache-Control', 'no-store');
    return {
      status: ready ? 'ready' : 'not ready',
      degraded,
      database,
      databaseWrites,
      migrations,
      auditTrail,
      auditTrailCompared,
      auditTrailKept,
      auditTrailCauses: [trouble, unkept].filter((cause) => cause !== null),
      hsm: { ready: hsm, ...lagOf(lag), knownAnswerTestAt, warnings },
      policy: {
        version: this.policy.version,
        differences: this.policy.differences().map(({ member }) => member),
      },
      ...details,
    };
  }
}

function lagOf({ lagging, oldestWaitMs, p99Ms }: HsmLag) {
  return { lagging, oldestWaitMs, p99Ms };
}
