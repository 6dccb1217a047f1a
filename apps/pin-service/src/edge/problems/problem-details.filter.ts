import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError, type ErrorCode } from '#libs/errors';
import { PROBLEMS } from './problem-table.js';

/** The framework's own refusals, by status. */
const FRAMEWORK_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'REQUEST_INVALID',
  404: 'ROUTE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'BODY_TOO_LARGE',
  414: 'REQUEST_TOO_LONG',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Renders every error as application/problem+json (RFC 9457). Nothing of an unforeseen error leaves the service. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemDetailsFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const error = asPinwardError(exception);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error.code === 'INTERNAL')
      this.logUnforeseen(error, host.switchToHttp().getRequest<FastifyRequest>());
    const { status, title, detail } = PROBLEMS[error.code];
    void reply.status(status).header('Content-Type', 'application/problem+json');
    if (error.retryAfterSeconds !== undefined)
      void reply.header('Retry-After', String(error.retryAfterSeconds));
    if (error.replayed) void reply.header('Idempotent-Replayed', 'true');
    if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    const type = `urn:pinward:problem:${error.code.toLowerCase().replaceAll('_', '-')}`;
    void reply.send(JSON.stringify({ type, title, status, detail, code: error.code, ...error.members }));
  }

  /** Names and stack only: a message may quote what the caller sent. */
  private logUnforeseen(error: PinwardError, request: FastifyRequest): void {
    const cause = error.cause instanceof Error ? error.cause : error;
    const frames = cause.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? [];
    this.logger.error({
      message: 'unforeseen error',
      error: cause.name,
      requestId: request.requestId,
      frames,
    });
  }
}

function asPinwardError(exception: unknown): PinwardError {
  if (exception instanceof PinwardError) return exception;
  const status = exception instanceof HttpException ? exception.getStatus() : undefined;
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  return new PinwardError(code ?? 'INTERNAL', {}, { cause: exception });
}
