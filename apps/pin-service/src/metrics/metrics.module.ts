import { Global, Module, type DynamicModule } from '@nestjs/common';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { PinOutcomesInterceptor } from './pin-outcomes.interceptor.js';
import { ResourceGauges } from './resource-gauges.js';

@Global()
@Module({})
export class MetricsModule {
  static with(metrics: Metrics): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: Metrics, useValue: metrics }, ResourceGauges, PinOutcomesInterceptor],
      exports: [Metrics, PinOutcomesInterceptor],
    };
  }
}
