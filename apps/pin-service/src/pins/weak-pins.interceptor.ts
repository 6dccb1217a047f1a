import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { PinwardError } from '#libs/errors';
import { callerOf } from '../edge/requests/handlers.js';
import { WeakPinBudgets } from './weak-pin-budgets.js';

/** On routes that take a new PIN, a weak one costs a part of a budget, which is set aside before the HSM is asked. */
@Injectable()
export class WeakPinsInterceptor implements NestInterceptor {
  constructor(private readonly budgets: WeakPinBudgets) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { cardId = '' } = request.params as { readonly cardId?: string };
    const { tenantId, clientId } = callerOf(request);
    return defer(async () => {
      const reserved = await this.budgets.reserve({ tenantId, clientId, cardId });
      try {
        const answer: unknown = await lastValueFrom(next.handle());
        await reserved.giveBack();
        return answer;
      } catch (fault) {
        if (isWeak(fault)) reserved.spend();
        else await reserved.giveBack();
        throw fault;
      }
    });
  }
}

function isWeak(fault: unknown): boolean {
  return fault instanceof PinwardError && fault.code === 'PIN_TOO_WEAK' && !fault.replayed;
}
