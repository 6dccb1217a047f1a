import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { RevealCard } from '#libs/card-vault';
import { CardId, Context, type MakeContext, AnsweredInterceptor } from '../edge/requests/handlers.js';
import { TrailGuard } from '../brakes/brake.guard.js';
import { otpSchema } from '../otp/otp-schemas.js';
import { Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

/** Which members a key of its kind must have is said where it is read (libs/card-vault). */
const revealCardSchema = z
  .strictObject({
    otp: otpSchema,
    recipientKey: z
      .record(z.string().max(64), z.unknown())
      .describe('A public JWK: RSA of 2048 to 4096 bits, or EC on P-256 or P-384'),
  })
  .meta({
    id: 'RevealCard',
    examples: [
      {
        otp: { otpId: '9c5b94b1-35ad-49bb-b118-8e8fc24abf80', code: '123456' },
        recipientKey: {
          kty: 'EC',
          crv: 'P-256',
          x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
          y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
        },
      },
    ],
  });

const cardRevealed = z
  .object({ jwe: z.string().describe('Compact JWE of `{ cardId, pan, expiry, holderName }`') })
  .meta({ id: 'CardRevealed' });
const REVEALING = {
  problems: ['CARD_CLOSED', 'CARD_DATA_MISSING', 'OTP_REJECTED'],
  description: 'Decrypt it where it is shown. The answer is never stored, so its repetition is refused.',
} as const;

@Zone('card-apps')
@Controller('v1/cards/:cardId/reveal')
@UseGuards(TrailGuard)
export class RevealController {
  constructor(private readonly revealCard: RevealCard) {}

  @Operation('Reveal the card data, encrypted to a key of the caller', { 200: cardRevealed }, REVEALING)
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
