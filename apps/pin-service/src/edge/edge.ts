import { Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Draining, registerRequestsInFlight } from '../draining.js';
import { registerAccessLog } from '../logging/log-record.js';
import type { Log } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import { registerSourceAddresses, registerRequestIds } from './requests/request-origin.js';
import {
  registerFormBodies,
  BODY_LIMIT_BYTES,
  KnownQueries,
  registerJsonBodies,
  registerLineBodies,
  validationPipe,
} from './requests/bodies.js';
import { CountedFaults } from '../logging/counted-faults.js';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { frameworkErrors, UnroutedCalls } from './problems/transport-errors.js';
import {
  registerKeepAlive,
  registerHttpSyntax,
  registerSecurityHeaders,
  SECURITY_HEADERS,
} from './transport/http-heads.js';
import { refuseUnknownRoutes, AllowedMethods } from './routes/known-routes.js';
import type { Route } from './routes/route-table.js';
import { MAX_HEAD_BYTES } from './transport/server-limits.js';

export interface EdgeOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly draining?: Draining;
  readonly unrouted?: UnroutedCalls;
  /** Ranges of the proxies whose X-Forwarded-For is accepted. */
  readonly trustedProxies?: readonly string[];
  /** How long a connection with a token waits for its next request. */
  readonly keepAliveMs?: number;
}

/** The router with everything that Nest needs before it registers its routes; listeners feed it (listeners/). */
export function createEdge({
  log,
  metrics,
  draining = new Draining(),
  unrouted = new UnroutedCalls(log, SECURITY_HEADERS),
  trustedProxies = [],
  keepAliveMs,
}: EdgeOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // During a stop Fastify would answer requests on open connections with an error of its own; here they get their
    // usual answers.
    return503OnClosing: false,
    frameworkErrors: frameworkErrors(unrouted),
    // The router's own limit would apply only to existing paths, and so distinguish hidden ones from unknown ones.
    routerOptions: { maxParamLength: MAX_HEAD_BYTES },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
  });
  const fastify = adapter.getInstance();
  registerRequestsInFlight(fastify, draining);
  registerRequestIds(fastify);
  registerAccessLog(fastify, log);
  metrics.watch(fastify);
  registerHttpSyntax(fastify);
  registerSourceAddresses(fastify);
  registerSecurityHeaders(fastify, unrouted.heads);
  registerKeepAlive(fastify, keepAliveMs);
  registerJsonBodies(fastify);
  registerFormBodies(fastify);
  registerLineBodies(fastify);
  return adapter;
}

/** The routes, how each reads its input and reports its errors. Called before the application is initialised. */
export function applyEdge(application: NestFastifyApplication, routes: readonly Route[], log: Log): void {
  refuseUnknownRoutes(application.getHttpAdapter().getInstance(), routes);
  application.useGlobalFilters(
    new ProblemDetailsFilter(new AllowedMethods(routes), CountedFaults.telling(log)),
  );
  application.useGlobalInterceptors(new KnownQueries(application.get(Reflector)));
  application.useGlobalPipes(validationPipe);
}
