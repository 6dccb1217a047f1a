import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { lengthPrefixed, PinHsm } from '#libs/hsm';
import { unavailableIfHsmFault, type RequestClaim, type RequestContext } from '#libs/pin';
import { callerOf } from '../authentication/caller-of.js';
import type { Caller } from '../authentication/caller.js';
import './fastify-request.js';

/** Who asks and under which id, in the domain's words. */
@Injectable()
export class RequestContexts {
  constructor(private readonly hsm: PinHsm) {}

  async of(request: FastifyRequest): Promise<RequestContext> {
    const caller = callerOf(request);
    const { tenantId, clientId, subject } = caller;
    const { requestId, ip: sourceAddress } = request;
    return {
      tenantId,
      clientId,
      subject,
      sourceAddress,
      requestId,
      claim: await this.claim(request, caller),
    };
  }

  private async claim(request: FastifyRequest, { tenantId, clientId }: Caller): Promise<RequestClaim> {
    const { method, url, requestId, rawBody } = request;
    const key = createHash('sha256')
      .update(lengthPrefixed(clientId, method, url, requestId))
      .digest();
    if (!request.requestIdGiven) return { key, fingerprint: null };
    // An HMAC under an HSM key, never a bare hash: a body may hold card data.
    const body = createHash('sha256').update(rawBody).digest();
    const message = lengthPrefixed('pinward:request:v1', tenantId, body);
    return { key, fingerprint: await this.hsm.mac(message).catch(unavailableIfHsmFault) };
  }
}
