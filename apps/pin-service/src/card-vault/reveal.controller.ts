import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { RevealCard } from '#libs/card-vault';
import { Stoppable } from '../brakes/stoppable.js';
import { CardId } from '../cards/card-id.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import { Zone } from '../edge/zones/zone.js';
import { otpSchema } from '../otp/otp-schemas.js';

/** Which members a key of its kind must have is said where it is read (libs/card-vault). */
const revealCardSchema = z.strictObject({
  otp: otpSchema,
  recipientKey: z.record(z.string().max(64), z.unknown()),
});

@Zone('card-apps')
@Controller('v1/cards/:cardId/reveal')
@UseGuards(TrailGuard)
export class RevealController {
  constructor(private readonly revealCard: RevealCard) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:reveal')
  @Stoppable('card.reveal')
  @UseInterceptors(AnsweredInterceptor)
  async reveal(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: revealCardSchema }) { otp, recipientKey }: z.infer<typeof revealCardSchema>,
  ) {
    return await this.revealCard.execute({ context: await context(), cardId, otp, recipientKey });
  }
}
