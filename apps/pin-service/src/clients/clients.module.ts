import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClientRegistry, PersonRegistry } from '#libs/api-clients';
import type { Settings } from '../config/schema.js';
import type { PolicyInForce } from '../policy/policy-in-force.js';

/** The registry of API clients, which knows no Nest. */
@Global()
@Module({})
export class ClientsModule {
  static with(settings: Settings, inForce: PolicyInForce): DynamicModule {
    const policy = inForce.clientPolicy({ allowAnyAddress: settings.PINWARD_ENV !== 'production' });
    const registry = {
      provide: ClientRegistry,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new ClientRegistry(dataSource, policy),
    };
    const persons = {
      provide: PersonRegistry,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new PersonRegistry(dataSource),
    };
    return {
      module: ClientsModule,
      providers: [registry, persons],
      exports: [ClientRegistry, PersonRegistry],
    };
  }
}
