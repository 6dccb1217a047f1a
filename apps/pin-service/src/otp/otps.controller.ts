import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { IssueOtp } from '#libs/otp';
import { CardId } from '../cards/card-id.js';
import { Stoppable } from '../brakes/stoppable.js';
import { Caller } from '../edge/authentication/caller.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { OtpIssueLimit } from './otp-issue-limit.js';
import { issueOtpSchema, type IssueOtpBody } from './otp-schemas.js';

@Zone('card-apps')
@Controller('v1/cards/:cardId/otp')
@UseGuards(TrailGuard)
export class OtpsController {
  constructor(
    private readonly issueOtp: IssueOtp,
    private readonly limit: OtpIssueLimit,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireScope('otp:issue')
  @Stoppable('otp.issue')
  @UseInterceptors(AnsweredInterceptor)
  async issue(
    @Context() context: MakeContext,
    @Caller() caller: Caller,
    @CardId() cardId: string,
    @Body({ schema: issueOtpSchema }) { purpose }: IssueOtpBody,
  ) {
    await this.limit.count(caller);
    return await this.issueOtp.execute({ context: await context(), cardId, purpose });
  }
}
