import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OAuthError } from './oauth-error.js';

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
