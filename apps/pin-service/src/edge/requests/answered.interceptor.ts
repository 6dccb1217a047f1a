import {
  HttpStatus,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Answered } from '#libs/requests';

/** Sends the body of an answer; marks a repeated one, and 200 instead of 201 where nothing new was made. */
@Injectable()
export class AnsweredInterceptor implements NestInterceptor<Answered<unknown>> {
  intercept(execution: ExecutionContext, next: CallHandler<Answered<unknown>>): Observable<unknown> {
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map(({ body, replayed, created }) => {
        if (replayed) void reply.header('Idempotent-Replayed', 'true');
        if (created === false) void reply.status(HttpStatus.OK);
        return body;
      }),
    );
  }
}
