import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { RevealCard } from '#libs/card-vault';
import { CardId, Context, type MakeContext, AnsweredInterceptor } from '../edge/requests/handlers.js';
import { TrailGuard } from '../brakes/brake.guard.js';
import { otpSchema } from '../otp/otp-schemas.js';
import { Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

/** Which members a key of its kind must have is said where it is read (libs/card-vault). */
const revealCardSchema = z.strictObject({
  otp: otpSchema,
  recipientKey: z.record(z.string().max(64), z.unknown()),
});

const cardRevealed = z.object({ jwe: z.string() });

@Zone('card-apps')
@Controller('v1/cards/:cardId/reveal')
@UseGuards(TrailGuard)
export class RevealController {
  constructor(private readonly revealCard: RevealCard) {}

  @Operation('Reveal the card data, encrypted to a key of the caller', { 200: cardRevealed })
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
