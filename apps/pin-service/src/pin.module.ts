import { Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardVault } from '#libs/card-vault';
import { PinHsm } from '#libs/hsm';
import { CheckOtp } from '#libs/otp';
import {
  CardStore,
  ChangePin,
  CloseCard,
  DecideUnlock,
  Evaluations,
  NewPins,
  RegisterCard,
  RequestUnlock,
  ReportChipCommand,
  ResetPin,
  SetPin,
  UnlockPin,
  ValidatePin,
  WeakPins,
  type PinPolicy,
} from '#libs/pin';
import { given, provide } from './provide.js';

/** Makes the use cases of the domain, which does not know Nest. */
@Module({})
export class PinModule {
  /** @param imports the modules that provide CheckOtp and CardVault */
  static with(pinPolicy: PinPolicy, imports: DynamicModule[]): DynamicModule {
    const policy = given(pinPolicy);
    const providers = [
      provide(CardStore, [DataSource, policy]),
      provide(NewPins, [DataSource, policy]),
      provide(Evaluations, [PinHsm, CardStore, policy]),
      provide(WeakPins, [PinHsm, CardVault]),
      provide(ValidatePin, [PinHsm, Evaluations]),
      provide(ChangePin, [PinHsm, CardStore, Evaluations, WeakPins, CheckOtp]),
      provide(ResetPin, [PinHsm, DataSource, CardStore, NewPins, Evaluations, WeakPins, CheckOtp]),
      provide(SetPin, [PinHsm, DataSource, CardStore, NewPins, Evaluations, WeakPins, CheckOtp]),
      provide(RegisterCard, [DataSource, policy, CardStore, CardVault]),
      provide(CloseCard, [DataSource, policy]),
      provide(ReportChipCommand, [DataSource]),
      provide(UnlockPin, [DataSource, policy]),
      provide(RequestUnlock, [DataSource, policy]),
      provide(DecideUnlock, [DataSource, policy]),
    ];
    return { module: PinModule, imports, providers, exports: providers.map(({ provide: type }) => type) };
  }
}
