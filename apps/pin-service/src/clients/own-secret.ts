import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientRegistry, type ApiClient, type IssuedSecret } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import {
  ClientAuthentication,
  type ClientCredentials,
  type ShownSecret,
} from '../edge/authentication/client-authentication.js';
import type { Caller } from '../edge/authentication/caller.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { requestInvalid } from '../edge/requests/faults.js';
import { RequestContexts } from '../edge/requests/handlers.js';
import { OAuthError } from '../tokens/oauth-error.js';
import { parseClientCredentials } from '../tokens/token-request.js';
import { nothingSchema } from '../edge/requests/schema-parts.js';

/**
 * A client changes its own secret. It proves itself with the current secret, as at the token endpoint: a token gives
 * some scopes for some minutes, and must not turn into all scopes for good.
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
    // 1. Who asks. Unreadable credentials count as a try, together with the guesses at the token endpoint.
    const credentials = await this.read(request, body);
    // 2. A right secret from a wrong address gets the same answer as a wrong secret.
    const proved = await this.authentication.prove(request, credentials);
    if (proved === null) throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
    // 3. From here on the caller is known, also to the logs.
    request.caller = callerOf(proved.client);
    return await this.clients.rotateOwnSecret(await this.contexts.of(request));
  }

  private async read(request: FastifyRequest, body: unknown): Promise<ShownSecret> {
    try {
      const shown = credentialsOf(request, formOf(body));
      // The secret itself proves who changes it (docs/adr/0020).
      if (!('clientSecret' in shown)) throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
      return shown;
    } catch (refusal) {
      throw await this.refusals.counted(refusal, request.sourceAddress);
    }
  }
}

function formOf(body: unknown): URLSearchParams {
  if (body instanceof URLSearchParams) return body;
  if (!nothingSchema.safeParse(body).success)
    throw requestInvalid([{ pointer: '', detail: 'takes a form with the credentials, or nothing' }]);
  return new URLSearchParams();
}

/** Read as at the token endpoint, and refused as problems. */
export function credentialsOf({ headers }: FastifyRequest, form: URLSearchParams): ClientCredentials {
  try {
    return parseClientCredentials(form, headers.authorization);
  } catch (refusal) {
    if (!(refusal instanceof OAuthError)) throw refusal;
    if (refusal.code === 'invalid_client') throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
    throw requestInvalid([
      { pointer: '', detail: 'the form repeats a parameter, or authenticates the client in two ways' },
    ]);
  }
}

/** A client that has proved itself has no scopes: it may change how it proves itself, and nothing else. */
export function callerOf({
  tenantId,
  clientId,
  person,
  allowedAddresses,
  requestsPerMinute,
}: ApiClient): Caller {
  return {
    tenantId,
    clientId,
    subject: person ?? clientId,
    allowedAddresses,
    requestsPerMinute,
    scopes: new Set<string>(),
    certificateThumbprint: null,
    keyThumbprint: null,
  };
}
