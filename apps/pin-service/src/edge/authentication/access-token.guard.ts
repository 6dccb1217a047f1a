import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError } from '#libs/errors';
import { AddressRanges } from '#libs/api-clients';
import { ConsoleSessions } from '../../console/console-sessions.js';
import { RefusalLimits } from '../rate-limits/refusal-limits.js';
import type { Caller } from './caller.js';
import { DpopProofs } from './dpop-proofs.js';
import { SpentProofs } from './spent-proofs.js';
import { ACCESS, FRESH_LOGIN, type Access } from '../routes/declarations.js';
import { TokenVerifier } from './token-verifier.js';

/** RFC 6750, section 2.1; RFC 9449, section 7.1. */
const AUTHORIZATION = /^(Bearer|DPoP) ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Lets in the callers that the route names. A route that names none lets nobody in. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly proofs: DpopProofs,
    private readonly refusals: RefusalLimits,
    /** Absent where there is no console. */
    @Optional() private readonly sessions?: ConsoleSessions,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const targets = [execution.getHandler(), execution.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, targets);
    if (access !== undefined && 'open' in access) return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.callerOf(request, execution.switchToHttp().getResponse<FastifyReply>());
    // Set before a refusal, so that the audit trail can name the caller.
    request.caller = caller;
    if (!allows(access, caller)) {
      throw await this.refusals.countedFor(new PinwardError('SCOPE_MISSING'), caller);
    }
    if (
      request.session !== undefined &&
      this.reflector.get<boolean | undefined>(FRESH_LOGIN, execution.getHandler())
    )
      this.sessions?.assertFresh(request.session);
    return true;
  }

  private async callerOf(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
    let caller: Caller | undefined;
    try {
      const ofSession =
        request.headers.authorization === undefined ? await this.sessions?.callerOf(request) : null;
      if (ofSession !== null && ofSession !== undefined) return ofSession;
      const { scheme, token } = authorizationOf(request);
      caller = await this.tokens.verify(token);
      assertBoundHere(caller, request);
      if (scheme !== 'bearer' || caller.keyThumbprint !== null)
        request.proof = await this.proofs.ofCall(request, reply, { caller, token, scheme });
      return caller;
    } catch (refusal) {
      if (isGuess(refusal)) throw await this.refusals.counted(refusal, request.sourceAddress);
      // No guess: the caller has shown token and key. To verify a proof is work all the same.
      const isWork = refusal instanceof PinwardError && refusal.code === 'DPOP_NONCE_REQUIRED';
      throw isWork && caller !== undefined ? await this.refusals.countedFor(refusal, caller) : refusal;
    }
  }
}

/** A proof of the caller's key counts once. It is spent after the limits, and before any work. */
@Injectable()
export class ProofGuard implements CanActivate {
  constructor(
    private readonly spent: SpentProofs,
    private readonly refusals: RefusalLimits,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const { proof, sourceAddress } = execution.switchToHttp().getRequest<FastifyRequest>();
    if (proof === undefined || (await this.spent.spend(proof))) return true;
    throw await this.refusals.counted(new PinwardError('DPOP_PROOF_INVALID'), sourceAddress);
  }
}

const GUESSES: ReadonlySet<string> = new Set(['DPOP_PROOF_INVALID', 'SESSION_ENDED', 'CSRF_TOKEN_INVALID']);

/** No guess if the database or the identity provider could not be asked. */
function isGuess(refusal: unknown): boolean {
  return refusal instanceof PinwardError && (refusal.code.startsWith('TOKEN_') || GUESSES.has(refusal.code));
}

/** A token bound to a certificate is refused on a connection without it (RFC 8705, section 3). */
function assertBoundHere({ certificateThumbprint: bound }: Caller, request: FastifyRequest): void {
  if (bound !== null && bound !== clientCertificateThumbprint(request))
    throw new PinwardError('TOKEN_INVALID');
}

function allows(access: Access | undefined, { scopes }: Caller): boolean {
  if (access === undefined || 'open' in access) return false;
  return access.anyOf.some((scope) => scopes.has(scope));
}

/** @throws PinwardError TOKEN_MISSING, TOKEN_INVALID */
export function authorizationOf({ headers }: FastifyRequest): {
  readonly scheme: string;
  readonly token: string;
} {
  const header = headers.authorization;
  if (header === undefined) throw new PinwardError('TOKEN_MISSING');
  const [, scheme, token] = AUTHORIZATION.exec(header) ?? [];
  if (scheme === undefined || token === undefined) throw new PinwardError('TOKEN_INVALID');
  return { scheme: scheme.toLowerCase(), token };
}

/** Whether a client may call from an address. Lists are parsed once, and kept as long as they are in use. */
export class ClientAddresses {
  readonly #read = new WeakMap<readonly string[], AddressRanges>();

  /** @param allowAnyAddress the meaning of an empty list; production refuses it */
  constructor(private readonly allowAnyAddress: boolean) {}

  allow(allowedAddresses: readonly string[], address: string): boolean {
    if (allowedAddresses.length === 0) return this.allowAnyAddress;
    let ranges = this.#read.get(allowedAddresses);
    if (ranges === undefined)
      this.#read.set(allowedAddresses, (ranges = new AddressRanges(allowedAddresses)));
    return ranges.includes(address);
  }
}

/** A client may call only from its agreed addresses. Routes without a token know no client. */
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
  // Any peer may send a certificate; only one from a configured authority counts.
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : createHash('sha256').update(certificate.raw).digest('base64url');
}
