import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientAddresses } from '../edge/addresses/client-addresses.js';
import { clientCertificateThumbprint } from '../edge/transport/client-certificate.js';
import { IssueToken, type IssuedToken } from './issue-token.js';
import { parseTokenRequest } from './token-request.js';

/** What a token request needs of HTTP: the form, the header, where it comes from. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly addresses: ClientAddresses,
  ) {}

  /** @throws OAuthError, PinwardError */
  async issue(request: FastifyRequest, form: URLSearchParams | undefined): Promise<IssuedToken> {
    const asked = parseTokenRequest(form ?? new URLSearchParams(), request.headers.authorization);
    return await this.issueToken.execute(asked, {
      certificateThumbprint: clientCertificateThumbprint(request),
      mayCallFromHere: ({ allowedAddresses }) => this.addresses.allow(allowedAddresses, request.ip),
    });
  }
}
