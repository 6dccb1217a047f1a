import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClientRegistry, PersonRegistry } from '#libs/api-clients';
import type { Settings } from '../config/schema.js';
import type { PolicyInForce } from '../policy/policy-in-force.js';
import { given, provide } from '../provide.js';

/** The registry of API clients, which knows no Nest. */
@Global()
@Module({})
export class ClientsModule {
  static with(settings: Settings, inForce: PolicyInForce): DynamicModule {
    const policy = inForce.clientPolicy({ allowAnyAddress: settings.PINWARD_ENV !== 'production' });
    return {
      module: ClientsModule,
      providers: [
        provide(ClientRegistry, [DataSource, given(policy)]),
        provide(PersonRegistry, [DataSource]),
      ],
      exports: [ClientRegistry, PersonRegistry],
    };
  }
}
