import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import {
  ApprovalStore,
  ChangePin,
  DecideUnlock,
  Evaluations,
  PinStore,
  PostgresApprovalStore,
  PostgresPinStore,
  RegisterCard,
  RequestUnlock,
  SetPin,
  UnlockPin,
  ValidatePin,
  type PinPolicy,
} from '#libs/pin';
import { evaluationWindowMs } from './config/hsm-defaults.js';
import type { Settings } from './config/schema.js';

const useCases: FactoryProvider[] = [
  {
    provide: ValidatePin,
    inject: [PinHsm, Evaluations],
    useFactory: (hsm: PinHsm, evaluations: Evaluations) => new ValidatePin(hsm, evaluations),
  },
  {
    provide: ChangePin,
    inject: [PinHsm, PinStore, Evaluations],
    useFactory: (hsm: PinHsm, store: PinStore, evaluations: Evaluations) =>
      new ChangePin(hsm, store, evaluations),
  },
  {
    provide: SetPin,
    inject: [PinHsm, PinStore, Evaluations],
    useFactory: (hsm: PinHsm, store: PinStore, evaluations: Evaluations) =>
      new SetPin(hsm, store, evaluations),
  },
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
  { provide: RegisterCard, inject: [PinStore], useFactory: (store: PinStore) => new RegisterCard(store) },
];

/** The domain, wired: the use cases know neither Nest nor TypeORM. */
@Module({})
export class PinModule {
  static with(settings: Settings): DynamicModule {
    const policy: PinPolicy = {
      maxTries: settings.PIN_MAX_TRIES,
      maxFailuresWithoutSuccess: settings.PIN_MAX_FAILURES_WITHOUT_SUCCESS,
      historyLength: settings.PIN_HISTORY_LENGTH,
      evaluationWindowMs: evaluationWindowMs(settings),
    };
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
      ...useCases,
    ];
    return {
      module: PinModule,
      providers,
      exports: [PinStore, ApprovalStore, ...useCases.map(({ provide }) => provide)],
    };
  }
}
