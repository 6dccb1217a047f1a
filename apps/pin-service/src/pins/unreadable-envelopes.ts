import { Injectable } from '@nestjs/common';
import { Counters } from '../edge/rate-limits/counters.js';
import { rateLimited } from '../edge/rate-limits/rate-limited.js';

export interface EnvelopeOrigin {
  readonly tenantId: string;
  readonly clientId: string;
  readonly cardId: string;
}

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
  constructor(
    private readonly counters: Counters,
    private readonly limits: UnreadableEnvelopeLimits,
  ) {}

  /** @throws PinwardError RATE_LIMITED */
  async assertLeft(origin: EnvelopeOrigin): Promise<void> {
    for (const { key, limit } of this.budgets(origin)) {
      const { hits, leftMs } = await this.counters.hit(key, 0);
      if (hits >= limit) throw rateLimited(leftMs);
    }
  }

  async spend(origin: EnvelopeOrigin): Promise<void> {
    await Promise.all(this.budgets(origin).map(({ key }) => this.counters.hit(key)));
  }

  private budgets({ tenantId, clientId, cardId }: EnvelopeOrigin) {
    const { perCard, perClient } = this.limits;
    return [
      { key: `unreadable-card:${JSON.stringify([tenantId, cardId])}`, limit: perCard },
      { key: `unreadable-client:${JSON.stringify([tenantId, clientId])}`, limit: perClient },
    ];
  }
}
