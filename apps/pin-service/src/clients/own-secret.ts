import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientRegistry, type ApiClient, type IssuedSecret } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import {
  ClientAuthentication,
  type ClientCredentials,
} from '../edge/authentication/client-authentication.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { RequestContexts } from '../edge/requests/handlers.js';
import { OAuthError } from '../tokens/oauth-error.js';
import { parseClientCredentials } from '../tokens/token-request.js';
import { nothingSchema } from '../edge/requests/schema-parts.js';

/**
 * A client changes its own secret. What proves who it is is the current secret, as at the token endpoint: a token is
 * worth some scopes for some minutes, and must not turn into all scopes for good.
 */
@Injectable()
export class OwnSecret {
  constructor(
    private readonly authentication: ClientAuthentication,
    private readonly refusals: RefusalLimits,
    private readonly clients: ClientRegistry,
    private readonly contexts: RequestContexts,
  ) {}

  /**
   * @param body the credentials as a form; with HTTP Basic nothing, or an empty object
   * @throws PinwardError CLIENT_AUTHENTICATION_FAILED, REQUEST_INVALID, RATE_LIMITED and what the registry refuses
   */
  async rotate(request: FastifyRequest, body: unknown): Promise<IssuedSecret> {
    // 1. Who asks; what cannot be read counts as a try, together with the guesses at the token endpoint.
    const credentials = await this.read(request, body);
    // 2. A right secret from a wrong address is told nothing better than a wrong secret.
    const client = await this.authentication.prove(request, credentials);
    if (client === null) throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
    // 3. Known from here on, to the logs as well.
    request.caller = callerOf(client);
    return await this.clients.rotateOwnSecret(await this.contexts.of(request));
  }

  private async read(request: FastifyRequest, body: unknown): Promise<ClientCredentials> {
    try {
      return credentialsOf(request, formOf(body));
    } catch (refusal) {
      throw await this.refusals.counted(refusal, request.sourceAddress);
    }
  }
}

function formOf(body: unknown): URLSearchParams {
  if (body instanceof URLSearchParams) return body;
  if (!nothingSchema.safeParse(body).success)
    throw invalidBody('takes a form with the credentials, or nothing');
  return new URLSearchParams();
}

function credentialsOf({ headers }: FastifyRequest, form: URLSearchParams) {
  try {
    return parseClientCredentials(form, headers.authorization);
  } catch (refusal) {
    if (!(refusal instanceof OAuthError)) throw refusal;
    if (refusal.code === 'invalid_client') throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
    throw invalidBody('the form repeats a parameter, or authenticates the client in two ways');
  }
}

function invalidBody(detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '', detail }] });
}

function callerOf({ tenantId, clientId, person, allowedAddresses, requestsPerMinute }: ApiClient) {
  return {
    tenantId,
    clientId,
    subject: person ?? clientId,
    allowedAddresses,
    requestsPerMinute,
    scopes: new Set<string>(),
    certificateThumbprint: null,
  };
}
