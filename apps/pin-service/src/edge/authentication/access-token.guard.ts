import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { AddressRanges } from '#libs/api-clients';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import type { Caller } from './caller.js';
import { ACCESS, type Access } from '../routes/declarations.js';
import { TokenVerifier } from './token-verifier.js';

/** Bearer token syntax, RFC 6750, section 2.1. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Lets in whom the route names. A route that names nobody lets nobody in. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly refusals: RefusalLimits,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const targets = [execution.getHandler(), execution.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    if (access !== undefined && 'open' in access) return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.callerOf(request);
    // Known also when it is refused: the audit trail tells by whom.
    request.caller = caller;
    if (!allows(access, caller)) {
      throw await this.refusals.countedFor(new PinwardError('SCOPE_MISSING'), caller);
    }
    return true;
  }

  private async callerOf(request: FastifyRequest): Promise<Caller> {
    try {
      const caller = await this.tokens.verify(bearerToken(request));
      assertBoundHere(caller, request);
      return caller;
    } catch (refusal) {
      throw isGuess(refusal) ? await this.refusals.counted(refusal, request.sourceAddress) : refusal;
    }
  }
}

/** Not when database or identity provider could not be asked. */
function isGuess(refusal: unknown): boolean {
  return refusal instanceof PinwardError && refusal.code.startsWith('TOKEN_');
}

/** A token bound to a certificate is worth nothing on a connection without it (RFC 8705, section 3). */
function assertBoundHere({ certificateThumbprint: bound }: Caller, request: FastifyRequest): void {
  if (bound !== null && bound !== clientCertificateThumbprint(request))
    throw new PinwardError('TOKEN_INVALID');
}

function allows(access: Access | undefined, { scopes }: Caller): boolean {
  if (access === undefined || 'open' in access) return false;
  return access.anyOf.some((scope) => scopes.has(scope));
}

function bearerToken(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) throw new PinwardError('TOKEN_MISSING');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new PinwardError('TOKEN_INVALID');
  return token;
}

/** Whether a client may call from an address. Lists are read once, for as long as somebody holds them. */
export class ClientAddresses {
  readonly #read = new WeakMap<readonly string[], AddressRanges>();

  /** @param allowAnyAddress what an empty list means; production refuses it */
  constructor(private readonly allowAnyAddress: boolean) {}

  allow(allowedAddresses: readonly string[], address: string): boolean {
    if (allowedAddresses.length === 0) return this.allowAnyAddress;
    let ranges = this.#read.get(allowedAddresses);
    if (ranges === undefined)
      this.#read.set(allowedAddresses, (ranges = new AddressRanges(allowedAddresses)));
    return ranges.includes(address);
  }
}

/** A client calls from the addresses agreed with it. Routes that ask for no token know no client. */
@Injectable()
export class AddressGuard implements CanActivate {
  constructor(
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { caller, sourceAddress } = execution.switchToHttp().getRequest<FastifyRequest>();
    if (caller === undefined || this.addresses.allow(caller.allowedAddresses, sourceAddress)) return true;
    throw await this.refusals.countedFor(new PinwardError('ADDRESS_NOT_ALLOWED'), caller);
  }
}

/** SHA-256 over the client certificate's DER, base64url (RFC 8705, section 3.1); null when none was presented. */
export function clientCertificateThumbprint({ raw: { socket } }: FastifyRequest): string | null {
  // Optional certificates are taken from anybody; only one that a configured authority issued counts.
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : createHash('sha256').update(certificate.raw).digest('base64url');
}
