import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { IssueOtp } from '#libs/otp';
import { Caller, CardId, Context, type MakeContext, AnsweredInterceptor } from '../edge/requests/handlers.js';
import { TrailGuard } from '../brakes/brake.guard.js';
import { OtpIssueLimit } from './otp-limits.js';
import { issueOtpSchema, type IssueOtpBody } from './otp-schemas.js';
import { z } from 'zod';
import { time } from '../edge/requests/schema-parts.js';
import { Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

const otpIssued = z.object({ otpId: z.uuid(), expiresAt: time }).meta({ id: 'OtpIssued' });
const ISSUING = { problems: ['CARD_CLOSED', 'OTP_LIMIT_REACHED'] } as const;

@Zone('card-apps')
@Controller('v1/cards/:cardId/otp')
@UseGuards(TrailGuard)
export class OtpsController {
  constructor(
    private readonly issueOtp: IssueOtp,
    private readonly limit: OtpIssueLimit,
  ) {}

  @Operation('Issue a one-time password', { 202: otpIssued }, ISSUING)
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
