import type { ServerOptions } from 'node:https';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { registerAccessLog } from '../logging/access-log.js';
import type { Log } from '../logging/log.js';
import type { Metrics } from '../metrics/metrics.js';
import { registerSourceAddresses } from './addresses/source-address.js';
import { AllowedMethods } from './problems/allowed-methods.js';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { clientErrorHandler, frameworkErrors } from './problems/transport-errors.js';
import { registerFormBodies } from './requests/form-body.js';
import { BODY_LIMIT_BYTES, registerJsonBodies } from './requests/json-body.js';
import { registerRequestIds } from './requests/request-id.js';
import { validationPipe } from './requests/validation.pipe.js';
import type { Route } from './routes/route-table.js';
import { registerSecurityHeaders } from './transport/security-headers.js';
import { SERVER_OPTIONS } from './transport/server-limits.js';

export interface EdgeOptions {
  /** Absent: plain HTTP, behind a proxy on the same host. */
  readonly tls?: ServerOptions;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly isDraining?: () => boolean;
  /** Ranges of the proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
}

/** The HTTP server with everything that must be there before Nest registers its routes. */
export function createEdge({
  log,
  metrics,
  tls,
  isDraining = () => false,
  trustedProxies = [],
}: EdgeOptions): FastifyAdapter {
  const options = {
    bodyLimit: BODY_LIMIT_BYTES,
    // Fastify would answer requests on connections that exist with an error of its own; they are answered as always.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors,
    clientErrorHandler,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
  } as const;
  const adapter =
    tls === undefined
      ? new FastifyAdapter({ ...options, http: SERVER_OPTIONS })
      : new FastifyAdapter({ ...options, https: { ...SERVER_OPTIONS, ...tls } });
  const fastify = adapter.getInstance();
  registerRequestIds(fastify);
  registerAccessLog(fastify, log);
  metrics.watch(fastify);
  registerSourceAddresses(fastify);
  registerSecurityHeaders(fastify, isDraining);
  registerJsonBodies(fastify);
  registerFormBodies(fastify);
  return adapter;
}

/** How every route reads its input and tells its errors; before the application is initialised. */
export function applyEdge(application: NestFastifyApplication, routes: readonly Route[], log: Log): void {
  application.useGlobalFilters(new ProblemDetailsFilter(new AllowedMethods(routes), log));
  application.useGlobalPipes(validationPipe);
}
