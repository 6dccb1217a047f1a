import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientKeyRegistry, type ClientView, type NewKeys } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import type { Answered } from '#libs/requests';
import { faultsOf, sentence } from '#libs/sent-json';
import { AssertionRefused } from '../edge/authentication/client-assertion.js';
import {
  ClientAuthentication,
  type ClientCredentials,
  type ProvedClient,
} from '../edge/authentication/client-authentication.js';
import { RefusalLimits } from '../edge/rate-limits/refusal-limits.js';
import { parseStrictJson } from '../edge/requests/bodies.js';
import { requestInvalid } from '../edge/requests/faults.js';
import { RequestContexts } from '../edge/requests/handlers.js';
import { newKeysSchema } from './client-schemas.js';
import { callerOf, credentialsOf } from './own-secret.js';

/**
 * A client changes its own keys or certificates. It proves itself with a current one: as with the own secret, a token
 * does not suffice (docs/adr/0020).
 */
@Injectable()
export class OwnKeys {
  constructor(
    private readonly authentication: ClientAuthentication,
    private readonly refusals: RefusalLimits,
    private readonly keys: ClientKeyRegistry,
    private readonly contexts: RequestContexts,
  ) {}

  /** @throws PinwardError CLIENT_AUTHENTICATION_FAILED, REQUEST_INVALID, RATE_LIMITED and what the registry refuses */
  async rotate(request: FastifyRequest, body: unknown): Promise<Answered<ClientView>> {
    // 1. Who asks. Unreadable credentials count as a try, together with the guesses at the token endpoint.
    const { form, credentials } = await this.read(request, body);
    const proved = await this.prove(request, credentials);
    // 2. From here on the caller is known, also to the logs.
    request.caller = callerOf(proved.client);
    // 3. What for. Each assertion counts once, so a repeated request has another one: the keys make it the same.
    const text = form.get('keys') ?? '';
    request.rawBody = Buffer.from(text);
    return await this.keys.replaceOwn(await this.contexts.of(request), keysIn(text), proved.method);
  }

  private async read(
    request: FastifyRequest,
    body: unknown,
  ): Promise<{ readonly form: URLSearchParams; readonly credentials: ClientCredentials }> {
    try {
      if (!(body instanceof URLSearchParams))
        throw requestInvalid([
          { pointer: '', detail: 'takes a form with a proof of the client and its keys' },
        ]);
      const credentials = credentialsOf(request, body);
      // A secret is worth another secret, and no key.
      if ('clientSecret' in credentials) throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
      return { form: body, credentials };
    } catch (refusal) {
      throw await this.refusals.counted(refusal, request.sourceAddress);
    }
  }

  private async prove(request: FastifyRequest, credentials: ClientCredentials): Promise<ProvedClient> {
    try {
      const proved = await this.authentication.prove(request, credentials);
      if (proved !== null) return proved;
    } catch (refusal) {
      if (!(refusal instanceof AssertionRefused)) throw refusal;
    }
    throw new PinwardError('CLIENT_AUTHENTICATION_FAILED');
  }
}

function keysIn(text: string): NewKeys {
  const read = newKeysSchema.safeParse(parseStrictJson(Buffer.from(text)), { error: sentence });
  if (read.success) return read.data;
  throw requestInvalid(read.error.issues.flatMap((issue) => faultsOf(issue)));
}
