import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { StartRefused } from '../../start-refused.js';
import { zonesOf } from '../zones/request-zones.js';
import type { ZoneName } from './declarations.js';
import type { Route } from './route-table.js';

/**
 * Deny by default below the framework: what is registered beside the declared routes keeps the service from starting,
 * and a request that meets no route of its listener's zones ends here, before its body is read. A hidden route and a
 * path that does not exist are therefore refused in one place and one way.
 */
export function refuseUnknownRoutes(
  fastify: FastifyInstance,
  routes: readonly Pick<Route, 'method' | 'path' | 'zones'>[],
): void {
  const zones = new Map<string, readonly ZoneName[]>();
  for (const { method, path, zones: declared } of routes) {
    zones.set(`${method} ${path}`, declared);
    // Fastify answers HEAD wherever it answers GET.
    if (method === 'GET') zones.set(`HEAD ${path}`, declared);
  }
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (zones.has(`${one} ${url}`)) continue;
      throw new StartRefused(`a route does not say who may call it, or in which zone: ${one} ${url}`);
    }
  });
  fastify.addHook('onRequest', async (request: FastifyRequest) => {
    const declared = zones.get(`${request.method} ${request.routeOptions.url ?? ''}`) ?? [];
    const reached = zonesOf(request.raw);
    if (!declared.some((zone) => reached.includes(zone))) throw new PinwardError('ROUTE_NOT_FOUND');
  });
}
