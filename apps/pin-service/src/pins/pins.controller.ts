import { Body, Controller, HttpCode, HttpStatus, Param, Post, Req, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ChangePin, SetPin, ValidatePin } from '#libs/pin';
import { CardIdPipe } from '../cards/card-id.pipe.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { PinOutcomesInterceptor } from '../metrics/pin-outcomes.interceptor.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { RequestContexts } from '../edge/requests/request-contexts.js';
import {
  changePinSchema,
  setPinSchema,
  validatePinSchema,
  type ChangePinBody,
  type SetPinBody,
} from './pin-schemas.js';
import { Zone } from '../edge/zones/zone.js';

@Zone('card-apps')
@Controller('v1/cards/:cardId/pin')
@UseInterceptors(AnsweredInterceptor, PinOutcomesInterceptor)
export class PinsController {
  constructor(
    private readonly contexts: RequestContexts,
    private readonly setPin: SetPin,
    private readonly validatePin: ValidatePin,
    private readonly changePin: ChangePin,
  ) {}

  @Post()
  @RequireScope('pin:set')
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
  async change(
    @Req() request: FastifyRequest,
    @Param('cardId', CardIdPipe) cardId: string,
    @Body({ schema: changePinSchema }) { currentPin, newPin }: ChangePinBody,
  ) {
    const context = await this.contexts.of(request);
    return await this.changePin.execute({ context, cardId, currentPin, newPin });
  }
}
