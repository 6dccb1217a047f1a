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
import { ChangePin, ResetPin, SetPin, ValidatePin } from '#libs/pin';
import { Stoppable } from '../brakes/stoppable.js';
import { CardIdPipe } from '../cards/card-id.pipe.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { PinOutcomesInterceptor } from '../metrics/pin-outcomes.interceptor.js';
import { UnreadableEnvelopesInterceptor } from './unreadable-envelopes.interceptor.js';
import { WeakPinsInterceptor } from './weak-pins.interceptor.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import {
  changePinSchema,
  resetPinSchema,
  setPinSchema,
  validatePinSchema,
  type ChangePinBody,
  type ResetPinBody,
  type SetPinBody,
} from './pin-schemas.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('card-apps')
@Controller('v1/cards/:cardId/pin')
@UseInterceptors(AnsweredInterceptor, PinOutcomesInterceptor)
@UseGuards(TrailGuard)
export class PinsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly setPin: SetPin,
    private readonly validatePin: ValidatePin,
    private readonly changePin: ChangePin,
    private readonly resetPin: ResetPin,
  ) {}

  @Post()
  @RequireScope('pin:set')
  @Stoppable('pin.set')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async set(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: setPinSchema }) { encryptedPin }: SetPinBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.setPin.execute({ context, cardId, encryptedPin });
  }

  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:validate')
  @Stoppable('pin.validate')
  async validate(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: validatePinSchema }) { encryptedPin }: SetPinBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.validatePin.execute({ context, cardId, encryptedPin });
  }

  @Post('change')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:change')
  @Stoppable('pin.change')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async change(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: changePinSchema }) { currentPin, newPin, otp }: ChangePinBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.changePin.execute({ context, cardId, currentPin, newPin, otp });
  }

  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:reset')
  @Stoppable('pin.reset')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async reset(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: resetPinSchema }) { newPin, otp }: ResetPinBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.resetPin.execute({ context, cardId, newPin, otp });
  }
}
