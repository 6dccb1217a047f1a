import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { StartRefused } from '../../start-refused.js';
import { type ZoneName, ZONES } from './declarations.js';
import type { Route } from './route-table.js';

/**
 * Deny by default below the framework. If a route is registered without a declaration, the service does not start. A
 * request for no route of its listener's zones ends here, before its body is read. So a hidden route and a path that
 * does not exist are refused in one place and in the same way.
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

const EVERY_ZONE: readonly ZoneName[] = ZONES;
const NO_ZONE: readonly ZoneName[] = [];
const zonesOfRequest = new WeakMap<IncomingMessage, readonly ZoneName[]>();

/** Marks a request with the zones of its listener. */
export function markZones(request: IncomingMessage, zones: readonly ZoneName[]): void {
  zonesOfRequest.set(request, zones);
}

/** A request without a socket was made by a test inside this process; one from a network must be marked. */
export function zonesOf(request: IncomingMessage): readonly ZoneName[] {
  return zonesOfRequest.get(request) ?? (request.socket instanceof Socket ? NO_ZONE : EVERY_ZONE);
}

interface Pattern extends Pick<Route, 'method' | 'zones'> {
  readonly path: RegExp;
}

/** Knows the methods of each path, to distinguish a wrong method from a wrong path (RFC 9110, section 15.5.6). */
export class AllowedMethods {
  private readonly patterns: readonly Pattern[];

  constructor(routes: readonly Route[]) {
    this.patterns = routes.map(({ path, method, zones }) => {
      return {
        path: new RegExp(
          `^${path
            .replaceAll('.', '\\.')
            .replace(/\*$/, '.*')
            .replaceAll(/:[^/]+/g, '[^/]+')}$`,
        ),
        method,
        zones,
      };
    });
  }

  /**
   * @param url path with or without a query
   * @param reached zones of the listener: routes of others do not exist there
   */
  of(url: string, reached: readonly ZoneName[]): readonly string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = this.patterns
      .filter((route) => route.path.test(path) && route.zones.some((zone) => reached.includes(zone)))
      // Fastify answers HEAD wherever it answers GET.
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return [...new Set(methods)];
  }
}
