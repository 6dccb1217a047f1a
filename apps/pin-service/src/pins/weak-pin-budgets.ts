import { Injectable } from '@nestjs/common';
import { Budget, type Reservation } from '../edge/rate-limits/budget.js';
import type { Counters } from '../edge/rate-limits/counters.js';

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

  /** @throws PinwardError RATE_LIMITED, which names the limit */
  async reserve(asked: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly cardId: string;
  }): Promise<Reservation> {
    const { tenantId, clientId, cardId } = asked;
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
}
