import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { KeepCheckpoints } from '#libs/audit';
import { PinHsm, type HsmLag } from '#libs/hsm';
import { ENVIRONMENTS } from '../config/environments.js';
import { Draining } from '../draining.js';
import { PolicyInForce } from '../policy/policy-in-force.js';
import { SetUp } from '../soundness/set-up.js';
import { Degradations, DEGRADATIONS } from './degradations.js';
import { DatabaseHealth } from './database-health.js';
import { z } from 'zod';
import { time } from '../edge/requests/schema-parts.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

const liveAnswer = z.object({ status: z.literal('live') }).meta({ id: 'Live' });
const readyAnswer = z
  .object({
    status: z.enum(['ready', 'not ready']),
    /** `rehearsal`: the token may be SoftHSM2. */
    environment: z.enum(ENVIRONMENTS),
    degraded: z.array(z.enum(DEGRADATIONS)),
    database: z.boolean(),
    databaseWrites: z.boolean(),
    migrations: z.boolean(),
    auditTrail: z.boolean(),
    auditTrailCompared: z.boolean(),
    auditTrailKept: z.boolean(),
    auditTrailCauses: z.array(z.string()),
    hsm: z.object({
      ready: z.boolean(),
      lagging: z.boolean(),
      oldestWaitMs: z.int(),
      p99Ms: z.int(),
      knownAnswerTestAt: time.nullable(),
      warnings: z.array(z.string()),
    }),
    policy: z.object({ version: z.int(), differences: z.array(z.string()) }),
    webhooks: z.object({
      failing: z.array(
        z.object({ endpointId: z.uuid(), since: time, paused: z.boolean(), codes: z.boolean() }),
      ),
      failingCount: z.int(),
      oldestSeconds: z.object({ codes: z.int(), events: z.int() }),
    }),
    auditStreams: z.array(
      z.object({
        receiver: z.string(),
        lagLines: z.int(),
        lagSeconds: z.int(),
        cause: z.string().nullable(),
      }),
    ),
    auditWitness: z.object({ cause: z.string().nullable() }),
    rateLimits: z.object({ cause: z.string().nullable() }),
    alarms: z.object({ lagSeconds: z.int() }),
  })
  .meta({ id: 'Ready' });
/** After a login that was refused at start, nothing else was looked at (stand-still.ts). */
const standStillAnswer = z
  .object({
    status: z.literal('not ready'),
    hsm: readyAnswer.shape.hsm.pick({ ready: true, knownAnswerTestAt: true, warnings: true }),
  })
  .meta({ id: 'StandStill' });

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
    private readonly setUp: SetUp,
  ) {}

  /** The process answers. It never asks HSM or database: a restart of this process would repair neither. */
  @Operation('Whether the process answers', { 200: liveAnswer })
  @Get('live')
  live() {
    return { status: 'live' };
  }

  /** Whether this replica can serve PIN operations now; 503 takes it out of the load balancer. */
  @Operation('Whether this replica can serve', {
    200: readyAnswer,
    503: z.union([readyAnswer, standStillAnswer]),
  })
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
      environment: this.setUp.environment,
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
