import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { PinwardError, type ErrorCode, type LimitName } from '#libs/errors';
import { Budget, type Reservation } from '../edge/rate-limits/budget.js';
import type { Counters } from '../edge/rate-limits/counters.js';
import { callerOf } from '../edge/requests/handlers.js';

interface Limits {
  readonly perCard: number;
  readonly perClient: number;
}

interface Origin {
  readonly tenantId: string;
  readonly clientId: string;
  readonly cardId: string;
}

/**
 * Bounds how often in a minute one refusal may be the answer: each costs a part of the card's budget and of the
 * client's.
 */
abstract class RefusalBudgets {
  protected abstract readonly refusal: ErrorCode;
  private readonly ofCard: Budget;
  private readonly ofClient: Budget;

  constructor(
    counters: Counters,
    { perCard, perClient }: Limits,
    names: { readonly card: LimitName; readonly client: LimitName },
  ) {
    this.ofCard = new Budget(counters, names.card, perCard);
    this.ofClient = new Budget(counters, names.client, perClient);
  }

  /**
   * Sets aside a part of both budgets, or of neither. @throws PinwardError CARD_RATE_LIMITED, OPERATION_RATE_LIMITED
   */
  async reserve({ tenantId, clientId, cardId }: Origin): Promise<Reservation> {
    const card = await this.ofCard.reserve([tenantId, cardId]);
    try {
      const client = await this.ofClient.reserve([tenantId, clientId]);
      return {
        spend: () => [card, client].forEach((part) => part.spend()),
        giveBack: async () => void (await Promise.all([card.giveBack(), client.giveBack()])),
      };
    } catch (refusal) {
      await card.giveBack();
      throw refusal;
    }
  }

  isSpentBy(fault: unknown): boolean {
    return fault instanceof PinwardError && fault.code === this.refusal && !fault.replayed;
  }
}

/**
 * Bounds how often the private key is used on garbage where no try is spent for it: a padding oracle needs thousands of
 * answers (Manger, CRYPTO 2001).
 */
export class UnreadableEnvelopes extends RefusalBudgets {
  protected readonly refusal = 'PIN_ENVELOPE_UNREADABLE';

  constructor(counters: Counters, limits: Limits) {
    super(counters, limits, { card: 'card-unreadable-envelopes', client: 'client-unreadable-envelopes' });
  }
}

/**
 * Bounds how often weak PINs may be refused. A refusal costs no try and no attempt, but the HSM's work, and each one
 * reveals something of the list.
 */
export class WeakPinRefusals extends RefusalBudgets {
  protected readonly refusal = 'PIN_TOO_WEAK';

  constructor(counters: Counters, limits: Limits) {
    super(counters, limits, { card: 'card-weak-pins', client: 'client-weak-pins' });
  }
}

abstract class BudgetedInterceptor implements NestInterceptor {
  protected abstract readonly budgets: RefusalBudgets;

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { cardId = '' } = request.params as { readonly cardId?: string };
    const { tenantId, clientId } = callerOf(request);
    return defer(async () => {
      // Before the HSM is asked: only then does the limit hold for concurrent requests.
      const reserved = await this.budgets.reserve({ tenantId, clientId, cardId });
      try {
        const answer: unknown = await lastValueFrom(next.handle());
        await reserved.giveBack();
        return answer;
      } catch (fault) {
        if (this.budgets.isSpentBy(fault)) reserved.spend();
        else await reserved.giveBack();
        throw fault;
      }
    });
  }
}

/** On routes where an envelope that does not open costs no try, it costs a part of a budget. */
@Injectable()
export class UnreadableEnvelopesInterceptor extends BudgetedInterceptor {
  constructor(protected readonly budgets: UnreadableEnvelopes) {
    super();
  }
}

/** On routes that take a new PIN, a weak one costs a part of a budget. */
@Injectable()
export class WeakPinsInterceptor extends BudgetedInterceptor {
  constructor(protected readonly budgets: WeakPinRefusals) {
    super();
  }
}
