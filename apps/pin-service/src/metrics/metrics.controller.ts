import { Controller, Get, Header, Global, Module, type DynamicModule } from '@nestjs/common';
import { Metrics, PinOutcomesInterceptor } from './metrics.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';
import { ResourceGauges } from './resource-gauges.js';

@Zone('internal')
@OpenRoute()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus text format. */
  @Operation('Metrics in Prometheus text format', { 200: null })
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape() {
    return await this.metrics.registry.metrics();
  }
}

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
