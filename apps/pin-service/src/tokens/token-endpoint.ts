import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientAddresses } from '../edge/addresses/client-addresses.js';
import { clientCertificateThumbprint } from '../edge/transport/client-certificate.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { IssueToken, type IssuedToken, type Origin } from './issue-token.js';
import { parseTokenRequest } from './token-request.js';

/** What a token request needs of HTTP: the form, the header, where it comes from. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
  ) {}

  /** @throws OAuthError, PinwardError */
  async issue(request: FastifyRequest, form: URLSearchParams | undefined): Promise<IssuedToken> {
    const { sourceAddress, headers } = request;
    await this.refusals.countTry(sourceAddress);
    const asked = parseTokenRequest(form ?? new URLSearchParams(), headers.authorization);
    const origin: Origin = {
      certificateThumbprint: clientCertificateThumbprint(request),
      mayCallFromHere: ({ allowedAddresses }) => this.addresses.allow(allowedAddresses, sourceAddress),
    };
    return await this.issueToken.execute(asked, origin);
  }
}
