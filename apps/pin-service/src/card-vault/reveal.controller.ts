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
import { z } from 'zod';
import { RevealCard } from '#libs/card-vault';
import { Stoppable } from '../brakes/stoppable.js';
import { CardIdPipe } from '../cards/card-id.pipe.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
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
  constructor(
    private readonly contexts: RequestContexts,
    private readonly revealCard: RevealCard,
  ) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('cards:reveal')
  @Stoppable('card.reveal')
  @UseInterceptors(AnsweredInterceptor)
  async reveal(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: revealCardSchema }) { otp, recipientKey }: z.infer<typeof revealCardSchema>,
  ) {
    const context = await this.contexts.of(request);
    return await this.revealCard.execute({ context, cardId, otp, recipientKey });
  }
}
