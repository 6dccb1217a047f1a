import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ClientRegistry, PersonRegistry, type ClientPolicy } from '#libs/api-clients';
import type { Settings } from '../config/schema.js';

/** The registry of API clients, which knows no Nest. */
@Global()
@Module({})
export class ClientsModule {
  static with(settings: Settings): DynamicModule {
    const policy: ClientPolicy = {
      secretOverlapHours: settings.CLIENT_SECRET_OVERLAP_HOURS,
      secretMaxAgeDays: settings.CLIENT_SECRET_MAX_AGE_DAYS,
      refuseOldSecrets: settings.CLIENT_SECRET_REFUSE_OLD,
      allowAnyAddress: settings.PINWARD_ENV !== 'production',
    };
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
