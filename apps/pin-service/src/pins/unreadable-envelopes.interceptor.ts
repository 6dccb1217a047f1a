import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, switchMap, type Observable } from 'rxjs';
import { PinwardError } from '#libs/errors';
import { callerOf } from '../edge/authentication/caller-of.js';
import { UnreadableEnvelopes } from './unreadable-envelopes.js';

/** On routes where an envelope that does not open costs no try, it costs a part of a budget. */
@Injectable()
export class UnreadableEnvelopesInterceptor implements NestInterceptor {
  constructor(private readonly budget: UnreadableEnvelopes) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { cardId = '' } = request.params as { readonly cardId?: string };
    const { tenantId, clientId } = callerOf(request);
    const origin = { tenantId, clientId, cardId };
    return from(this.budget.assertLeft(origin)).pipe(
      switchMap(() => next.handle()),
      catchError(async (fault: unknown) => {
        const spends =
          fault instanceof PinwardError && fault.code === 'PIN_ENVELOPE_UNREADABLE' && !fault.replayed;
        if (spends) await this.budget.spend(origin);
        throw fault;
      }),
    );
  }
}
