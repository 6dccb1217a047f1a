import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** RFC 6749, section 5.2; RFC 9449, sections 5 and 8. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_dpop_proof',
  'use_dpop_nonce',
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

/** The descriptions for the caller: fixed texts, since RFC 6749 lets a client show them. */
const DESCRIPTIONS: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'The request lacks a parameter, repeats one, or authenticates the client in two ways.',
  invalid_client: 'The client is unknown, or its secret, key, certificate or address is not accepted.',
  unauthorized_client:
    'The tenant does not take this way of proving a client: register another one (docs/client-authentication.md).',
  unsupported_grant_type: 'Only grant_type=client_credentials is supported.',
  invalid_scope: 'The client may not have one of these scopes.',
  invalid_dpop_proof: 'There is no one good DPoP proof of this request; make a new one for each.',
  use_dpop_nonce: 'Make the DPoP proof with the nonce of the header DPoP-Nonce.',
};

/** A refusal of the token endpoint, in the form of RFC 6749 and not of problem details. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  /** @param description a fixed text, where the code alone says too little */
  constructor(
    readonly code: OAuthErrorCode,
    readonly description: string = DESCRIPTIONS[code],
  ) {
    super(code);
  }
}

/** RFC 6749, section 5.2: 400, but 401 with a challenge if the client was not authenticated. */
@Catch(OAuthError)
export class OAuthErrorFilter implements ExceptionFilter<OAuthError> {
  catch({ code, description }: OAuthError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const unauthenticated = code === 'invalid_client';
    if (unauthenticated) void reply.header('WWW-Authenticate', 'Basic realm="pinward", charset="UTF-8"');
    void reply
      .status(unauthenticated ? HttpStatus.UNAUTHORIZED : HttpStatus.BAD_REQUEST)
      .header('Cache-Control', 'no-store')
      .send({ error: code, error_description: description });
  }
}
