import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { lengthPrefixed } from '#libs/hsm';
import type { RequestClaim, RequestContext } from '#libs/requests';
import { type Caller, callerOf } from '../authentication/caller.js';
import { canonicalPath } from './canonical-path.js';
import './fastify-request.js';
import { RequestFingerprints } from './request-fingerprints.js';

/** Called by a handler, when all that was sent is known to be sound: until then the request keeps the id it came with. */
export type MakeContext = () => Promise<RequestContext>;

/** Who asks and under which id, in the domain's words. */
@Injectable()
export class RequestContexts implements PipeTransform<FastifyRequest, MakeContext> {
  constructor(private readonly fingerprints: RequestFingerprints) {}

  transform(request: FastifyRequest): MakeContext {
    return () => this.of(request);
  }

  async of(request: FastifyRequest): Promise<RequestContext> {
    const caller = callerOf(request);
    const { tenantId, clientId, subject, issuer } = caller;
    await this.hashSecretId(request, caller);
    const { requestId, sourceAddress } = request;
    return {
      tenantId,
      clientId,
      subject,
      ...(issuer === undefined ? {} : { issuer }),
      sourceAddress,
      requestId,
      claim: await this.claim(request, caller),
    };
  }

  /** From here on the request is known, logged and repeated under the hash (docs/adr/0026). */
  private async hashSecretId(request: FastifyRequest, { tenantId, clientId }: Caller): Promise<void> {
    const { secretRequestId } = request;
    if (secretRequestId === null) return;
    request.requestId = await this.fingerprints.ofSecretId({ tenantId, clientId }, secretRequestId);
    request.secretRequestId = null;
  }

  private async claim(request: FastifyRequest, { tenantId, clientId }: Caller): Promise<RequestClaim> {
    const { method, requestId, rawBody } = request;
    const key = createHash('sha256')
      .update(lengthPrefixed(clientId, method, canonicalPath(request), requestId))
      .digest();
    if (!request.requestIdGiven) return { key, fingerprint: null };
    return { key, ...(await this.fingerprints.of(tenantId, rawBody)) };
  }
}

const RequestAtHand = createParamDecorator((_: unknown, execution: ExecutionContext) =>
  execution.switchToHttp().getRequest<FastifyRequest>(),
);

/** The context of the request at hand, as a parameter of a handler. */
export const Context = () => RequestAtHand(RequestContexts);
