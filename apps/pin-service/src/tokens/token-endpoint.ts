import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CLIENT_ID_PATTERN, ClientRegistry } from '#libs/api-clients';
import { NO_TENANT } from '#libs/requests';
import { CallLines, NOBODY } from '../audit/call-lines.js';
import { CountedCalls } from '../audit/counted-calls.js';
import { ClientAuthentication } from '../edge/authentication/client-authentication.js';
import { clientCertificateThumbprint } from '../edge/authentication/access-token.guard.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { IssueToken, type IssuedToken } from './issue-token.js';
import { OAuthError } from './oauth-error.js';
import { parseTokenRequest, type TokenRequest } from './token-request.js';

/** What a token request needs of HTTP: the form, the header, where it comes from; and its line in the audit trail. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly authentication: ClientAuthentication,
    private readonly refusals: RefusalLimits,
    private readonly lines: CallLines,
    private readonly counted: CountedCalls,
    private readonly clients: ClientRegistry,
  ) {}

  /** @throws OAuthError, PinwardError */
  async issue(request: FastifyRequest, form: URLSearchParams | undefined): Promise<IssuedToken> {
    let asked = NOBODY;
    try {
      const wanted = await this.read(request, form ?? new URLSearchParams());
      asked = wanted.clientId;
      // A right secret from a wrong address is told nothing better than a wrong secret.
      const client = await this.authentication.prove(request, wanted);
      if (client === null) throw new OAuthError('invalid_client');
      const certificateThumbprint = clientCertificateThumbprint(request);
      const token = await this.issueToken.execute({ client, scopes: wanted.scopes, certificateThumbprint });
      const { tenantId, clientId, person } = client;
      request.tokenClient = { tenantId, clientId };
      await this.record(request, 'token.issue', {
        tenantId,
        clientId,
        subject: person ?? clientId,
        result: 'issued',
        details: { scope: token.scope },
      });
      return token;
    } catch (refusal) {
      if (!(refusal instanceof OAuthError)) throw refusal;
      const who = await this.whoIs(asked);
      if (who.clientId !== NOBODY) request.tokenClient = who;
      await this.recordRefusal(request, { ...who, result: refusal.code });
      throw refusal;
    }
  }

  /** What cannot be read counts as a try, too. */
  private async read(
    { headers, sourceAddress }: FastifyRequest,
    form: URLSearchParams,
  ): Promise<TokenRequest> {
    try {
      return parseTokenRequest(form, headers.authorization);
    } catch (refusal) {
      throw await this.refusals.counted(refusal, sourceAddress);
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

  /** A stranger's: beyond the first ones it is counted, and told once a minute. */
  private async recordRefusal(
    request: FastifyRequest,
    line: Awaited<ReturnType<TokenEndpoint['whoIs']>> & { readonly result: string },
  ): Promise<void> {
    if (this.counted.takeOwnLine(line)) return await this.record(request, 'token.refuse', line);
    const { sourceAddress } = request;
    this.counted.countStranger({ ...line, action: 'token.refuse', sourceAddress });
    request.recorded = true;
  }

  /** What somebody typed who is no client is not written down: it may be a secret in the wrong place. */
  private async whoIs(clientId: string) {
    const tenantId = CLIENT_ID_PATTERN.test(clientId) ? await this.clients.findTenant(clientId) : null;
    return tenantId === null
      ? { tenantId: NO_TENANT, clientId: NOBODY, subject: NOBODY }
      : { tenantId, clientId, subject: NOBODY };
  }
}
