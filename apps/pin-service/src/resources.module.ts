import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PinHsm } from '#libs/hsm';
import { Draining } from './draining.js';
import { Log } from './logging/log.js';
import { PolicyInForce } from './policy/policy-in-force.js';
import { Metrics } from './metrics/metrics.js';

/** The resources of the service: opened and checked before Nest begins, closed after HTTP has drained. */
export interface Resources {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  readonly draining: Draining;
  readonly metrics: Metrics;
  readonly policy: PolicyInForce;
  readonly log: Log;
}

@Global()
@Module({})
export class ResourcesModule implements OnApplicationShutdown {
  constructor(
    @Inject(PinHsm) private readonly hsm: PinHsm,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  static with({ dataSource, hsm, draining, metrics, policy, log }: Resources): DynamicModule {
    return {
      module: ResourcesModule,
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: PinHsm, useValue: hsm },
        { provide: Draining, useValue: draining },
        { provide: Metrics, useValue: metrics },
        { provide: PolicyInForce, useValue: policy },
        { provide: Log, useValue: log },
      ],
      exports: [DataSource, PinHsm, Draining, Metrics, PolicyInForce, Log],
    };
  }

  /** Not onModuleDestroy: that runs before HTTP has drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.hsm.close();
    await this.dataSource.destroy();
  }
}
