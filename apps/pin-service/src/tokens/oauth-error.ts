import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** RFC 6749, section 5.2. */
export type OAuthErrorCode =
  'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';

/** What the caller is told besides: fixed texts, since RFC 6749 lets a client show them. */
const DESCRIPTIONS: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'The request lacks a parameter, repeats one, or authenticates the client in two ways.',
  invalid_client: 'The client is unknown, or its secret or address is not accepted.',
  unsupported_grant_type: 'Only grant_type=client_credentials is supported.',
  invalid_scope: 'The client may not have one of these scopes.',
};

/** A refusal of the token endpoint, which speaks the words of RFC 6749 and not those of problem details. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly description: string;

  constructor(readonly code: OAuthErrorCode) {
    super(code);
    this.description = DESCRIPTIONS[code];
  }
}

/** RFC 6749, section 5.2: 400, but 401 with a challenge where the client was not authenticated. */
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
