import { Injectable } from '@nestjs/common';
import { Budget, type Reservation } from '../edge/rate-limits/budget.js';
import type { Counters } from '../edge/rate-limits/counters.js';
import { reserveOfBoth, type BudgetOrigin } from './card-and-client-budget.js';

export interface UnreadableEnvelopeLimits {
  readonly perCard: number;
  readonly perClient: number;
}

/**
 * Bounds how often the private key may be asked about garbage where no try is spent for it: the answers of a padding
 * oracle need thousands (Manger, CRYPTO 2001).
 */
@Injectable()
export class UnreadableEnvelopes {
  private readonly ofCard: Budget;
  private readonly ofClient: Budget;

  constructor(counters: Counters, { perCard, perClient }: UnreadableEnvelopeLimits) {
    this.ofCard = new Budget(counters, 'card-unreadable-envelopes', perCard);
    this.ofClient = new Budget(counters, 'client-unreadable-envelopes', perClient);
  }

  /** @throws PinwardError CARD_RATE_LIMITED, OPERATION_RATE_LIMITED */
  async reserve(origin: BudgetOrigin): Promise<Reservation> {
    const { ofCard, ofClient } = this;
    return await reserveOfBoth({ ofCard, ofClient }, origin);
  }
}
