import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLIENT_ID_PATTERN, ClientDemands, ClientRegistry } from '#libs/api-clients';
import { NO_TENANT } from '#libs/requests';
import { CallLines, NOBODY } from '../audit/call-lines.js';
import { CountedCalls } from '../audit/counted-calls.js';
import { ASSERTION_FLAWS, AssertionRefused, readAssertion } from '../edge/authentication/client-assertion.js';
import { ClientAuthentication, type ProvedClient } from '../edge/authentication/client-authentication.js';
import { clientCertificateThumbprint } from '../edge/authentication/access-token.guard.js';
import { DpopProofs } from '../edge/authentication/dpop-proofs.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { IssueToken, type AskedToken, type IssuedToken } from './issue-token.js';
import { OAuthError } from './oauth-error.js';
import { parseTokenRequest, type TokenRequest } from './token-request.js';

type Binding = Pick<AskedToken, 'certificateThumbprint' | 'keyThumbprint'>;

const BINDING_DEMANDED =
  'The tenant takes only bound tokens: send a DPoP proof, or come with the client certificate (docs/client-authentication.md).';

/** The HTTP side of a token request: the form, the header, the source address; and its line in the audit trail. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly authentication: ClientAuthentication,
    private readonly proofs: DpopProofs,
    private readonly refusals: RefusalLimits,
    private readonly lines: CallLines,
    private readonly counted: CountedCalls,
    private readonly clients: ClientRegistry,
    private readonly demands: ClientDemands,
  ) {}

  /** @throws OAuthError, PinwardError */
  async issue(
    request: FastifyRequest,
    reply: FastifyReply,
    form: URLSearchParams | undefined,
  ): Promise<IssuedToken> {
    let asked = NOBODY;
    try {
      const wanted = await this.read(request, form ?? new URLSearchParams());
      asked = nameIn(wanted);
      const { client, method } = await this.prove(request, wanted);
      const { tenantId, clientId, person } = client;
      const { methods, senderConstrained } = await this.demands.inForce(tenantId);
      if (!methods.includes(method)) throw new OAuthError('unauthorized_client');
      const bound = {
        certificateThumbprint: clientCertificateThumbprint(request),
        keyThumbprint: await this.provedKey(request, reply, tenantId),
      };
      if (senderConstrained && isUnbound(bound)) throw new OAuthError('invalid_dpop_proof', BINDING_DEMANDED);
      const token = await this.issueToken.execute({ client, scopes: wanted.scopes, ...bound });
      request.tokenClient = { tenantId, clientId };
      await this.record(request, 'token.issue', {
        tenantId,
        clientId,
        subject: person ?? clientId,
        result: 'issued',
        details: { scope: token.scope, method, type: token.token_type },
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

  /** A right secret from a wrong address gets the same answer as a wrong secret. */
  private async prove(request: FastifyRequest, { credentials }: TokenRequest): Promise<ProvedClient> {
    try {
      const proved = await this.authentication.prove(request, credentials);
      if (proved !== null) return proved;
    } catch (refusal) {
      if (!(refusal instanceof AssertionRefused)) throw refusal;
      throw new OAuthError('invalid_client', ASSERTION_FLAWS[refusal.flaw]);
    }
    throw new OAuthError('invalid_client');
  }

  /** @throws OAuthError for a proof that is not good: without any, a bearer token is asked for */
  private async provedKey(
    request: FastifyRequest,
    reply: FastifyReply,
    tenantId: string,
  ): Promise<string | null> {
    const proof = await this.proofs.ofTokenRequest(request, reply, tenantId);
    if (proof === 'nonce') throw new OAuthError('use_dpop_nonce');
    if (proof === 'invalid') throw new OAuthError('invalid_dpop_proof');
    return proof.keyThumbprint;
  }

  /** An unreadable request counts as a try, too. */
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

  /** For a stranger: after the first ones of a minute it is counted, and recorded once a minute. */
  private async recordRefusal(
    request: FastifyRequest,
    line: Awaited<ReturnType<TokenEndpoint['whoIs']>> & { readonly result: string },
  ): Promise<void> {
    if (this.counted.takeOwnLine(line)) return await this.record(request, 'token.refuse', line);
    const { sourceAddress } = request;
    this.counted.countStranger({ ...line, action: 'token.refuse', sourceAddress });
    request.recorded = true;
  }

  /** The name of an unknown client is not recorded: it may be a secret in the wrong place. */
  private async whoIs(clientId: string) {
    const tenantId = CLIENT_ID_PATTERN.test(clientId) ? await this.clients.findTenant(clientId) : null;
    return tenantId === null
      ? { tenantId: NO_TENANT, clientId: NOBODY, subject: NOBODY }
      : { tenantId, clientId, subject: NOBODY };
  }
}

function isUnbound({ certificateThumbprint, keyThumbprint }: Binding): boolean {
  return certificateThumbprint === null && keyThumbprint === null;
}

/** Whom the request names, proved or not. */
function nameIn({ credentials }: TokenRequest): string {
  if (credentials.clientId !== null) return credentials.clientId;
  return 'assertion' in credentials ? (readAssertion(credentials.assertion)?.sub ?? NOBODY) : NOBODY;
}
