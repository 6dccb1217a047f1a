import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { tap, type Observable } from 'rxjs';
import type { Answered } from '#libs/requests';
import { Metrics, type PinOutcome } from './metrics.js';

interface PinAnswer {
  readonly verified?: boolean;
  readonly changed?: boolean;
}

/** Counts what the PIN routes answer; a rise of `not-matched` is how guessing looks. */
@Injectable()
export class PinOutcomesInterceptor implements NestInterceptor<Answered<PinAnswer>> {
  constructor(private readonly metrics: Metrics) {}

  intercept(
    execution: ExecutionContext,
    next: CallHandler<Answered<PinAnswer>>,
  ): Observable<Answered<PinAnswer>> {
    const handler = execution.getHandler().name;
    return next.handle().pipe(
      tap(({ body, replayed, accepted }) => {
        if (!replayed && accepted !== true) this.metrics.countOutcome(outcomeOf(handler, body));
      }),
    );
  }
}

function outcomeOf(handler: string, { verified, changed }: PinAnswer): PinOutcome {
  if (verified !== undefined) return verified ? 'matched' : 'not-matched';
  if (changed !== undefined) return changed ? 'changed' : 'not-matched';
  if (handler === 'unlock') return 'unlocked';
  return handler === 'reset' ? 'reset' : 'set';
}
