import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardVault } from '#libs/card-vault';
import { PinHsm } from '#libs/hsm';
import { CheckOtp } from '#libs/otp';
import {
  ApprovalStore,
  ChangePin,
  CloseCard,
  DecideUnlock,
  Evaluations,
  PinStore,
  PostgresApprovalStore,
  PostgresPinStore,
  RegisterCard,
  RequestUnlock,
  ResetPin,
  SetPin,
  UnlockPin,
  ValidatePin,
  WeakPins,
  type PinPolicy,
} from '#libs/pin';

const useCases: FactoryProvider[] = [
  {
    provide: ValidatePin,
    inject: [PinHsm, Evaluations],
    useFactory: (hsm: PinHsm, evaluations: Evaluations) => new ValidatePin(hsm, evaluations),
  },
  {
    provide: ChangePin,
    inject: [PinHsm, PinStore, Evaluations, WeakPins, CheckOtp],
    useFactory: (...parts: ConstructorParameters<typeof ChangePin>) => new ChangePin(...parts),
  },
  {
    provide: ResetPin,
    inject: [PinHsm, PinStore, Evaluations, WeakPins, CheckOtp],
    useFactory: (...parts: ConstructorParameters<typeof ResetPin>) => new ResetPin(...parts),
  },
  {
    provide: SetPin,
    inject: [PinHsm, PinStore, Evaluations, WeakPins],
    useFactory: (...parts: ConstructorParameters<typeof SetPin>) => new SetPin(...parts),
  },
  { provide: CloseCard, inject: [PinStore], useFactory: (store: PinStore) => new CloseCard(store) },
  {
    provide: RequestUnlock,
    inject: [ApprovalStore],
    useFactory: (approvals: ApprovalStore) => new RequestUnlock(approvals),
  },
  {
    provide: DecideUnlock,
    inject: [ApprovalStore],
    useFactory: (approvals: ApprovalStore) => new DecideUnlock(approvals),
  },
  { provide: UnlockPin, inject: [PinStore], useFactory: (store: PinStore) => new UnlockPin(store) },
  {
    provide: RegisterCard,
    inject: [PinStore, CardVault],
    useFactory: (store: PinStore, vault: CardVault) => new RegisterCard(store, vault),
  },
];

/** The domain, wired: the use cases know neither Nest nor TypeORM. */
@Module({})
export class PinModule {
  /** @param imports what brings CheckOtp and CardVault */
  static with(policy: PinPolicy, imports: DynamicModule[]): DynamicModule {
    const providers: FactoryProvider[] = [
      {
        provide: PinStore,
        inject: [DataSource],
        useFactory: (dataSource: DataSource) => new PostgresPinStore(dataSource, policy),
      },
      {
        provide: ApprovalStore,
        inject: [DataSource],
        useFactory: (dataSource: DataSource) => new PostgresApprovalStore(dataSource, policy),
      },
      {
        provide: Evaluations,
        inject: [PinHsm, PinStore],
        useFactory: (hsm: PinHsm, store: PinStore) => new Evaluations(hsm, store, policy),
      },
      {
        provide: WeakPins,
        inject: [PinHsm, CardVault],
        useFactory: (hsm: PinHsm, vault: CardVault) => new WeakPins(hsm, vault),
      },
      ...useCases,
    ];
    return {
      module: PinModule,
      imports,
      providers,
      exports: [PinStore, ApprovalStore, ...useCases.map(({ provide }) => provide)],
    };
  }
}
