import { Controller, Get, Header } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { Operation, OpenRoute, Zone } from '../edge/routes/declarations.js';

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
