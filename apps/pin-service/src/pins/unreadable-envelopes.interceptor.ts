import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { PinwardError } from '#libs/errors';
import { callerOf } from '../edge/requests/handlers.js';
import { UnreadableEnvelopes } from './unreadable-envelopes.js';

/** On routes where an envelope that does not open costs no try, it costs a part of a budget. */
@Injectable()
export class UnreadableEnvelopesInterceptor implements NestInterceptor {
  constructor(private readonly budget: UnreadableEnvelopes) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { cardId = '' } = request.params as { readonly cardId?: string };
    const { tenantId, clientId } = callerOf(request);
    return defer(async () => {
      // Before the envelope is opened: only then does the limit hold for those that come side by side.
      const reserved = await this.budget.reserve({ tenantId, clientId, cardId });
      try {
        const answer: unknown = await lastValueFrom(next.handle());
        await reserved.giveBack();
        return answer;
      } catch (fault) {
        if (isUnreadable(fault)) reserved.spend();
        else await reserved.giveBack();
        throw fault;
      }
    });
  }
}

function isUnreadable(fault: unknown): boolean {
  return fault instanceof PinwardError && fault.code === 'PIN_ENVELOPE_UNREADABLE' && !fault.replayed;
}
