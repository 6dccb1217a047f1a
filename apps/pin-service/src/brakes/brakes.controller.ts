import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Brakes, brakeView } from '#libs/brakes';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { Powers } from '../powers/powers.js';
import {
  pullBrakeSchema,
  releaseBrakeSchema,
  type PullBrakeBody,
  type ReleaseBrakeBody,
} from './brake-schemas.js';

/** What is stopped in the caller's own tenant. Pulling takes one person; letting go is power. */
@Zone('operators')
@Controller('v1/admin/brakes')
export class BrakesController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly brakes: Brakes,
    private readonly powers: Powers,
  ) {}

  @Get()
  @RequireScope('ops:read', 'ops:brakes')
  async list(@Req() request: FastifyRequest) {
    const brakes = await this.brakes.list(callerOf(request).tenantId);
    return { items: brakes.map((brake) => brakeView(brake)), nextCursor: null };
  }

  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:brakes')
  @UseInterceptors(AnsweredInterceptor)
  async pull(@Req() request: FastifyRequest, @Body({ schema: pullBrakeSchema }) asked: PullBrakeBody) {
    return await this.brakes.pull(await this.contexts.of(request), asked);
  }

  @Post(':brakeId/release')
  @HttpCode(HttpStatus.OK)
  @RequireScope('ops:brakes')
  @UseInterceptors(AnsweredInterceptor)
  async release(
    @Req() request: FastifyRequest,
    @Param('brakeId') brakeId: string,
    @Body({ schema: releaseBrakeSchema }) { reason }: ReleaseBrakeBody,
  ) {
    const context = await this.contexts.of(request);
    const release = () => this.brakes.release(context, { brakeId, reason });
    return await this.powers.alone(release, context, { kind: 'brake-release', content: { brakeId }, reason });
  }
}
