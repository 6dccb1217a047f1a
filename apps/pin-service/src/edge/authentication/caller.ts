import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import '../requests/fastify-request.js';

/** Who presents a verified access token, and what was agreed with that client. */
export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators the person. */
  readonly subject: string;
  /** On whose word, as RequestContext.issuer; absent where a client has shown its secret instead of a token. */
  readonly issuer?: string;
  readonly scopes: ReadonlySet<string>;
  /** CIDR ranges the client may call from; empty: from anywhere, which production refuses. */
  readonly allowedAddresses: readonly string[];
  /** Requests a minute; null: the service's own limit for a client. */
  readonly requestsPerMinute: number | null;
  /** SHA-256 thumbprint (base64url) of the client certificate the token is bound to (RFC 8705, section 3.1); null: none. */
  readonly certificateThumbprint: string | null;
}

/** @throws PinwardError TOKEN_MISSING on an open route, where there is no caller */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new PinwardError('TOKEN_MISSING');
  return request.caller;
}

/** The caller, as a parameter of a handler. */
export const Caller = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  callerOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);
