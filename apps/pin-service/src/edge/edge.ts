import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServerOptions } from 'node:https';
import { AllowedMethods } from './problems/allowed-methods.js';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { clientErrorHandler, frameworkErrors } from './problems/transport-errors.js';
import { BODY_LIMIT_BYTES, registerJsonBodies } from './requests/json-body.js';
import { registerRequestIds } from './requests/request-id.js';
import { validationPipe } from './requests/validation.pipe.js';

const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server with everything that must be there before Nest registers its routes. */
export function createEdge(https: ServerOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    https,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Requests in flight finish; idle keep-alive connections do not hold up the shutdown.
    forceCloseConnections: 'idle',
    frameworkErrors,
    clientErrorHandler,
  });
  const fastify = adapter.getInstance();
  registerRequestIds(fastify);
  registerJsonBodies(fastify);
  return adapter;
}

/** How every route reads its input and tells its errors; before the application is initialised. */
export function applyEdge(application: NestFastifyApplication): void {
  const allowedMethods = new AllowedMethods(application.getHttpAdapter().getInstance());
  application.useGlobalFilters(new ProblemDetailsFilter(allowedMethods));
  application.useGlobalPipes(validationPipe);
}
