import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinwardError, type ErrorCode } from '#libs/errors';
import { zonesOf } from '../zones/request-zones.js';
import type { AllowedMethods } from './allowed-methods.js';
import { problemDocument } from './problem-document.js';

/** The framework's own refusals, by status. */
const FRAMEWORK_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'REQUEST_INVALID',
  404: 'ROUTE_NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Renders every error as a problem document. Nothing of an unforeseen error leaves the service. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemDetailsFilter.name);

  constructor(private readonly allowedMethods: AllowedMethods) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = this.refine(asPinwardError(exception), request, reply);
    if (error.code === 'INTERNAL') this.logUnforeseen(error, request);
    const { status, headers, body } = problemDocument(error);
    void reply.status(status).headers(headers).send(body);
  }

  /** The router says "not found" also for a wrong method; the stream fails when its caller hangs up. */
  private refine(error: PinwardError, request: FastifyRequest, reply: FastifyReply): PinwardError {
    if (error.code === 'INTERNAL' && isCutOff(request)) return new PinwardError('REQUEST_INVALID');
    if (error.code !== 'ROUTE_NOT_FOUND') return error;
    const methods = this.allowedMethods.of(request.url, zonesOf(request.raw));
    if (methods.length === 0) return error;
    void reply.header('Allow', methods.join(', '));
    return new PinwardError('METHOD_NOT_ALLOWED');
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

/** The caller has gone before its request was complete: no fault of ours, and nobody is there to read the answer. */
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

function asPinwardError(exception: unknown): PinwardError {
  if (exception instanceof PinwardError) return exception;
  const status = exception instanceof HttpException ? exception.getStatus() : undefined;
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  return new PinwardError(code ?? 'INTERNAL', {}, { cause: exception });
}
