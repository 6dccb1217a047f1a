import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { ChangePin, ResetPin, SetPin, ValidatePin } from '#libs/pin';
import { Stoppable } from '../brakes/stoppable.js';
import { CardId } from '../cards/card-id.js';
import { RequireScope } from '../edge/authentication/scopes.js';
import { PinOutcomesInterceptor } from '../metrics/pin-outcomes.interceptor.js';
import { UnreadableEnvelopesInterceptor } from './unreadable-envelopes.interceptor.js';
import { WeakPinsInterceptor } from './weak-pins.interceptor.js';
import { AnsweredInterceptor } from '../edge/requests/answered.interceptor.js';
import { TrailGuard } from '../audit/trail.guard.js';
import { Context, type MakeContext } from '../edge/requests/request-contexts.js';
import {
  changePinSchema,
  resetPinSchema,
  setPinSchema,
  type ValidatePinBody,
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
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: setPinSchema }) { encryptedPin }: SetPinBody,
  ) {
    return await this.setPin.execute({ context: await context(), cardId, encryptedPin });
  }

  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:validate')
  @Stoppable('pin.validate')
  async validate(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: validatePinSchema }) { encryptedPin }: ValidatePinBody,
  ) {
    return await this.validatePin.execute({ context: await context(), cardId, encryptedPin });
  }

  @Post('change')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:change')
  @Stoppable('pin.change')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async change(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: changePinSchema }) { currentPin, newPin, otp }: ChangePinBody,
  ) {
    return await this.changePin.execute({ context: await context(), cardId, currentPin, newPin, otp });
  }

  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:reset')
  @Stoppable('pin.reset')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async reset(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: resetPinSchema }) { newPin, otp }: ResetPinBody,
  ) {
    return await this.resetPin.execute({ context: await context(), cardId, newPin, otp });
  }
}
