import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { PinwardError } from '#libs/errors';
import { CardStore, knownCard } from '#libs/pin';
import { cardView } from '../cards/card-view.js';
import { CardsController } from '../cards/cards.controller.js';
import { callerOf } from '../edge/requests/handlers.js';
import { stateOf } from './references.js';
import { SandboxCards } from './sandbox-cards.js';

/** As it came: the handler has yet to look at it. */
interface Asked {
  readonly cardRef?: unknown;
  readonly pinAccountSource?: unknown;
}

/** Around the registration of a card: puts it into the state that its reference names, and answers with the card as it is then. */
@Injectable()
export class PreparedCards implements NestInterceptor {
  constructor(
    private readonly cards: CardStore,
    private readonly sandbox: SandboxCards,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.getHandler() !== CardsController.prototype.register) return next.handle();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { cardRef, pinAccountSource } = (request.body ?? {}) as Asked;
    const state = typeof cardRef === 'string' ? stateOf(cardRef) : null;
    if (state === null) return next.handle();
    if (pinAccountSource === 'pan') throw panBound();
    const { tenantId, clientId } = callerOf(request);
    const { sourceAddress } = request;
    return next.handle().pipe(
      concatMap(async (registered: { readonly cardId: string; readonly pinAccount: string }) => {
        await this.sandbox.prepare({ tenantId, clientId, sourceAddress }, registered, state);
        return cardView(knownCard(await this.cards.findCard(tenantId, registered.cardId)));
      }),
    );
  }
}

/** The sandbox handles no card number. */
function panBound(): PinwardError {
  const detail = 'must be surrogate for a card of the sandbox';
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer: '/pinAccountSource', detail }] });
}
