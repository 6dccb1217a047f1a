import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import '../requests/fastify-request.js';
import type { Caller } from './caller.js';

/** @throws PinwardError TOKEN_MISSING on an open route, where there is no caller */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new PinwardError('TOKEN_MISSING');
  return request.caller;
}
