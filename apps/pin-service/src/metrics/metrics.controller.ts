import { Controller, Get, Header } from '@nestjs/common';
import { OpenRoute } from '../edge/authentication/scopes.js';
import { Zone } from '../edge/zones/zone.js';
import { Metrics } from './metrics.js';

@Zone('internal')
@OpenRoute()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  /** Prometheus text format. */
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape() {
    return await this.metrics.registry.metrics();
  }
}
