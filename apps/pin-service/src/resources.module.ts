import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import type { Settings } from './config/schema.js';
import { openDatabase } from './open-database.js';
import { openHsm } from './open-hsm.js';

/** Database and HSM: opened and checked before anything else, closed after HTTP has drained. */
@Global()
@Module({})
export class ResourcesModule implements OnApplicationShutdown {
  constructor(
    @Inject(PinHsm) private readonly hsm: PinHsm,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  static with(settings: Settings): DynamicModule {
    return {
      module: ResourcesModule,
      providers: [
        { provide: DataSource, useFactory: () => openDatabase(settings) },
        {
          provide: PinHsm,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => openHsm(settings, dataSource),
        },
      ],
      exports: [DataSource, PinHsm],
    };
  }

  /** Not onModuleDestroy: that runs before HTTP has drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.hsm.close();
    await this.dataSource.destroy();
  }
}
