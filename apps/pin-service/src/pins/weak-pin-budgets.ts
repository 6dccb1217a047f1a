import { Injectable } from '@nestjs/common';
import { Budget, type Reservation } from '../edge/rate-limits/budget.js';
import type { Counters } from '../edge/rate-limits/counters.js';
import { reserveOfBoth, type BudgetOrigin } from './card-and-client-budget.js';

export interface WeakPinLimits {
  readonly perCard: number;
  readonly perClient: number;
}

/**
 * Bounds how often weak PINs may be refused: a refusal costs no try and no attempt, but the HSM's work, and each one tells
 * something of the list.
 */
@Injectable()
export class WeakPinBudgets {
  private readonly ofCard: Budget;
  private readonly ofClient: Budget;

  constructor(counters: Counters, { perCard, perClient }: WeakPinLimits) {
    this.ofCard = new Budget(counters, 'card-weak-pins', perCard);
    this.ofClient = new Budget(counters, 'client-weak-pins', perClient);
  }

  /** @throws PinwardError CARD_RATE_LIMITED, OPERATION_RATE_LIMITED */
  async reserve(origin: BudgetOrigin): Promise<Reservation> {
    const { ofCard, ofClient } = this;
    return await reserveOfBoth({ ofCard, ofClient }, origin);
  }
}
