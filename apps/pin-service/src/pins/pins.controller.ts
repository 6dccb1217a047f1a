import { Body, Controller, HttpCode, HttpStatus, Post, UseGuards, UseInterceptors } from '@nestjs/common';
import { ChangePin, ResetPin, SetPin, ValidatePin } from '#libs/pin';
import { CardId, Context, type MakeContext, AnsweredInterceptor } from '../edge/requests/handlers.js';
import { PinOutcomesInterceptor } from '../metrics/metrics.js';
import { UnreadableEnvelopesInterceptor, WeakPinsInterceptor } from './refusal-budgets.js';
import { TrailGuard } from '../brakes/brake.guard.js';
import {
  pinActive,
  pinChanged,
  pinValidated,
  changePinSchema,
  changing,
  onePinSchema,
  resetPinSchema,
  resetting,
  setPinSchema,
  setting,
  validating,
  type ChangePinBody,
  type OnePinBody,
  type ResetPinBody,
  type SetPinBody,
} from './pin-schemas.js';
import { Operation, Stoppable, RequireScope, Zone } from '../edge/routes/declarations.js';

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

  @Operation('Set the first PIN', { 201: pinActive }, setting)
  @Post()
  @RequireScope('pin:set')
  @Stoppable('pin.set')
  @UseInterceptors(UnreadableEnvelopesInterceptor, WeakPinsInterceptor)
  async set(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: setPinSchema }) { encryptedPin, otp }: SetPinBody,
  ) {
    return await this.setPin.execute({ context: await context(), cardId, encryptedPin, otp: otp ?? null });
  }

  @Operation('Validate a PIN: look at `verified`, not at the status', { 200: pinValidated }, validating)
  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @RequireScope('pin:validate')
  @Stoppable('pin.validate')
  async validate(
    @Context() context: MakeContext,
    @CardId() cardId: string,
    @Body({ schema: onePinSchema }) { encryptedPin }: OnePinBody,
  ) {
    return await this.validatePin.execute({ context: await context(), cardId, encryptedPin });
  }

  @Operation('Change the PIN', { 200: pinChanged }, changing)
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

  @Operation('Reset a forgotten PIN', { 200: pinActive }, resetting)
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
