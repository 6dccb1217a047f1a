import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ProblemDetailsFilter } from './problems/problem-details.filter.js';
import { registerJsonBodies } from './requests/json-body.js';
import { registerRequestIds } from './requests/request-id.js';
import { validationPipe } from './requests/validation.pipe.js';

/** What must be there before Nest registers its routes. */
export function prepareEdge(fastify: FastifyInstance): void {
  registerRequestIds(fastify);
  registerJsonBodies(fastify);
}

/** How every route reads its input and tells its errors. */
export function applyEdge(application: NestFastifyApplication): void {
  application.useGlobalFilters(new ProblemDetailsFilter());
  application.useGlobalPipes(validationPipe);
}
