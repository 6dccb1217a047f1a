import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { ACCESS, type Access } from './scopes.js';
import { TokenVerifier } from './token-verifier.js';

/** Bearer token syntax, RFC 6750, section 2.1. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Lets in whom the route names. A route that names nobody lets nobody in. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const targets = [execution.getHandler(), execution.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    if (access !== undefined && 'open' in access) return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.tokens.verify(bearerToken(request));
    if (access === undefined || !access.anyOf.some((scope) => caller.scopes.has(scope))) {
      throw new PinwardError('SCOPE_MISSING');
    }
    request.caller = caller;
    return true;
  }
}

function bearerToken(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) throw new PinwardError('TOKEN_MISSING');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new PinwardError('TOKEN_INVALID');
  return token;
}
