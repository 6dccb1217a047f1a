import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
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
  ResetPin,
  SetPin,
  UnlockPin,
  ValidatePin,
  WeakPins,
  type PinPolicy,
} from '#libs/pin';

/** Stands for the policy, which is no class. */
const POLICY = Symbol('PinPolicy');

/** One of a class, made of these in the order of its constructor. */
function provide<Parts extends readonly unknown[]>(
  type: new (...parts: Parts) => object,
  inject: { [Index in keyof Parts]: symbol | (abstract new (...parts: never[]) => Parts[Index]) },
): FactoryProvider {
  return { provide: type, inject: [...inject], useFactory: (...parts: Parts) => new type(...parts) };
}

const providers: readonly FactoryProvider[] = [
  provide(CardStore, [DataSource, POLICY]),
  provide(NewPins, [DataSource, POLICY]),
  provide(Evaluations, [PinHsm, CardStore, POLICY]),
  provide(WeakPins, [PinHsm, CardVault]),
  provide(ValidatePin, [PinHsm, Evaluations]),
  provide(ChangePin, [PinHsm, CardStore, Evaluations, WeakPins, CheckOtp]),
  provide(ResetPin, [PinHsm, DataSource, CardStore, NewPins, Evaluations, WeakPins, CheckOtp]),
  provide(SetPin, [PinHsm, DataSource, CardStore, NewPins, Evaluations, WeakPins]),
  provide(RegisterCard, [DataSource, POLICY, CardStore, CardVault]),
  provide(CloseCard, [DataSource, POLICY]),
  provide(UnlockPin, [DataSource, POLICY]),
  provide(RequestUnlock, [DataSource, POLICY]),
  provide(DecideUnlock, [DataSource, POLICY]),
];

/** The domain, wired: the use cases do not know Nest. */
@Module({})
export class PinModule {
  /** @param imports what brings CheckOtp and CardVault */
  static with(policy: PinPolicy, imports: DynamicModule[]): DynamicModule {
    return {
      module: PinModule,
      imports,
      providers: [{ provide: POLICY, useValue: policy }, ...providers],
      exports: providers.map(({ provide: type }) => type),
    };
  }
}
