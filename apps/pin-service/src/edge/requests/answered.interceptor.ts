import {
  HttpStatus,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Answered } from '#libs/requests';
import './fastify-request.js';

/** Sends the body of an answer; marks a repeated one, one that made nothing new (200), one still to take effect (202). */
@Injectable()
export class AnsweredInterceptor implements NestInterceptor<Answered<unknown>> {
  intercept(execution: ExecutionContext, next: CallHandler<Answered<unknown>>): Observable<unknown> {
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      map(({ body, replayed, created, accepted }) => {
        // What it brought about was recorded in its transaction.
        request.recorded = request.method !== 'GET' && !replayed && created !== false;
        if (replayed) void reply.header('Idempotent-Replayed', 'true');
        if (created === false) void reply.status(HttpStatus.OK);
        if (accepted === true) void reply.status(HttpStatus.ACCEPTED);
        return body;
      }),
    );
  }
}
