import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, UseInterceptors } from '@nestjs/common';
import { Brakes, brakeView } from '#libs/brakes';
import { AnsweredInterceptor, Caller, Context, type MakeContext } from '../edge/requests/handlers.js';
import { Powers } from '../powers/powers.js';
import {
  brakeAnswer,
  brakesAnswer,
  pullBrakeSchema,
  releaseBrakeSchema,
  type PullBrakeBody,
  type ReleaseBrakeBody,
} from './brake-schemas.js';
import { approvalRequested } from '../admin/approval-view.js';
import { FreshLogin, Operation, RequireScope, Zone } from '../edge/routes/declarations.js';

/** Brakes of the caller's own tenant. Pulling takes one person; releasing is power. */
@Zone('operators')
@Controller('v1/admin/brakes')
export class BrakesController {
  constructor(
    private readonly brakes: Brakes,
    private readonly powers: Powers,
  ) {}

  @Operation('List what is stopped', { 200: brakesAnswer })
  @Get()
  @RequireScope('ops:read', 'ops:brakes')
  async list(@Caller() { tenantId }: Caller) {
    const brakes = await this.brakes.list(tenantId);
    return { items: brakes.map((brake) => brakeView(brake)), nextCursor: null };
  }

  @Operation(
    'Stop a client, a card, an operation or everything',
    { 200: brakeAnswer },
    { problems: ['CARD_NOT_FOUND'] },
  )
  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:brakes')
  @UseInterceptors(AnsweredInterceptor)
  async pull(@Context() context: MakeContext, @Body({ schema: pullBrakeSchema }) asked: PullBrakeBody) {
    return await this.brakes.pull(await context(), asked);
  }

  @Operation(
    'Let it go again',
    { 200: brakeAnswer, 202: approvalRequested },
    { problems: ['BRAKE_NOT_FOUND'] },
  )
  @Post(':brakeId/release')
  @FreshLogin()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:brakes')
  @UseInterceptors(AnsweredInterceptor)
  async release(
    @Context() makeContext: MakeContext,
    @Param('brakeId') brakeId: string,
    @Body({ schema: releaseBrakeSchema }) { reason }: ReleaseBrakeBody,
  ) {
    const context = await makeContext();
    const release = () => this.brakes.release(context, { brakeId, reason });
    return await this.powers.alone(release, context, { kind: 'brake-release', content: { brakeId }, reason });
  }
}
