import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import '../requests/fastify-request.js';

/** Who presents a verified access token. */
export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators the person. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
}

/** @throws PinwardError TOKEN_MISSING on an open route, where there is no caller */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new PinwardError('TOKEN_MISSING');
  return request.caller;
}
