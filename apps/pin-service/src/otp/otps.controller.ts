import {
  Body,
  Controller,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IssueOtp } from '#libs/otp';
import { CardIdPipe } from '../cards/card-id.pipe.js';
import { Stoppable } from '../brakes/stoppable.js';
import { callerOf } from '../edge/authentication/caller-of.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { OtpIssueLimit } from './otp-issue-limit.js';
import { issueOtpSchema, type IssueOtpBody } from './otp-schemas.js';

@Zone('card-apps')
@Controller('v1/cards/:cardId/otp')
@UseGuards(TrailGuard)
export class OtpsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly issueOtp: IssueOtp,
    private readonly limit: OtpIssueLimit,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireScope('otp:issue')
  @Stoppable('otp.issue')
  @UseInterceptors(AnsweredInterceptor)
  async issue(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: issueOtpSchema }) { purpose }: IssueOtpBody,
  ) {
    await this.limit.count(callerOf(request));
    const context = await this.contexts.of(request);
    return await this.issueOtp.execute({ context, cardId, purpose });
  }
}
