import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CLIENT_ID_PATTERN, ClientRegistry } from '#libs/api-clients';
import { NO_TENANT } from '#libs/database';
import { CallLines, NOBODY } from '../audit/call-lines.js';
import { ClientAddresses } from '../edge/addresses/client-addresses.js';
import { clientCertificateThumbprint } from '../edge/transport/client-certificate.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { IssueToken, type IssuedToken, type Origin } from './issue-token.js';
import { OAuthError } from './oauth-error.js';
import { parseTokenRequest } from './token-request.js';

/** What a token request needs of HTTP: the form, the header, where it comes from; and its line in the audit trail. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly addresses: ClientAddresses,
    private readonly refusals: RefusalLimits,
    private readonly lines: CallLines,
    private readonly clients: ClientRegistry,
  ) {}

  /** @throws OAuthError, PinwardError */
  async issue(request: FastifyRequest, form: URLSearchParams | undefined): Promise<IssuedToken> {
    const { sourceAddress, headers } = request;
    await this.refusals.countTry(sourceAddress);
    let asked = NOBODY;
    try {
      const wanted = parseTokenRequest(form ?? new URLSearchParams(), headers.authorization);
      asked = wanted.clientId;
      const origin: Origin = {
        certificateThumbprint: clientCertificateThumbprint(request),
        mayCallFromHere: ({ allowedAddresses }) => this.addresses.allow(allowedAddresses, sourceAddress),
      };
      const { client, token } = await this.issueToken.execute(wanted, origin);
      const { tenantId, clientId, person } = client;
      await this.record(request, 'token.issue', {
        ...{ tenantId, clientId, subject: person ?? clientId },
        ...{ result: 'issued', details: { scope: token.scope } },
      });
      return token;
    } catch (refusal) {
      if (!(refusal instanceof OAuthError)) throw refusal;
      await this.record(request, 'token.refuse', { ...(await this.whoIs(asked)), result: refusal.code });
      throw refusal;
    }
  }

  private async record(
    request: FastifyRequest,
    action: string,
    line: Omit<
      Parameters<CallLines['append']>[0],
      'action' | 'sourceAddress' | 'requestId' | 'cardId' | 'eventNo'
    >,
  ): Promise<void> {
    const { sourceAddress, requestId } = request;
    await this.lines.append({ ...line, action, sourceAddress, requestId, cardId: null, eventNo: null });
    request.recorded = true;
  }

  /** What somebody typed who is no client is not written down: it may be a secret in the wrong place. */
  private async whoIs(clientId: string) {
    const client = CLIENT_ID_PATTERN.test(clientId) ? await this.clients.find(clientId) : null;
    return client === null
      ? { tenantId: NO_TENANT, clientId: NOBODY, subject: NOBODY }
      : { tenantId: client.tenantId, clientId, subject: NOBODY };
  }
}
