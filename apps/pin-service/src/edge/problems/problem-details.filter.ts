import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMIT_NAMES, PinwardError, type ErrorCode } from '#libs/errors';
import { zonesOf, type AllowedMethods } from '../routes/known-routes.js';
import type { CountedFaults } from '../../logging/counted-faults.js';
import { problemDocument } from './problem-document.js';

/** The framework's own refusals, by status. */
const FRAMEWORK_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'REQUEST_INVALID',
  404: 'ROUTE_NOT_FOUND',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
};

/** Codes that an operator must look into: the place of the error is logged, its message is not. */
const UNFORESEEN: ReadonlySet<ErrorCode> = new Set([
  'INTERNAL',
  'DATABASE_UNAVAILABLE',
  'HSM_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
]);

/** Renders every error as a problem document. Nothing of an unexpected error leaves the service. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(
    private readonly allowedMethods: AllowedMethods,
    private readonly faults: CountedFaults,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = this.refine(asPinwardError(exception), request, reply);
    request.problemCode = error.code;
    request.problemLimit = LIMIT_NAMES.find((name) => name === error.members['limit']) ?? null;
    if (UNFORESEEN.has(error.code)) this.faults.tell(error, { requestId: request.requestId });
    const { status, headers, body } = problemDocument(error);
    void reply.status(status).headers(headers).send(body);
  }

  /** The router also says "not found" for a wrong method, and the stream fails when its caller hangs up. */
  private refine(error: PinwardError, request: FastifyRequest, reply: FastifyReply): PinwardError {
    if (error.code === 'INTERNAL' && isCutOff(request)) return new PinwardError('REQUEST_INVALID');
    if (error.code !== 'ROUTE_NOT_FOUND') return error;
    const methods = this.allowedMethods.of(request.url, zonesOf(request.raw));
    if (methods.length === 0 || methods.includes(request.method)) return error;
    void reply.header('Allow', methods.join(', '));
    return new PinwardError('METHOD_NOT_ALLOWED');
  }
}

/** The caller has gone before its request was complete: no fault of ours, and nobody reads the answer. */
function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

function asPinwardError(exception: unknown): PinwardError {
  if (exception instanceof PinwardError) return exception;
  const status = exception instanceof HttpException ? exception.getStatus() : undefined;
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  return new PinwardError(code ?? 'INTERNAL', {}, { cause: exception });
}
