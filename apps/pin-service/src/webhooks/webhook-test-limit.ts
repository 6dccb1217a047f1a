import { Injectable } from '@nestjs/common';
import type { Caller } from '../edge/authentication/caller.js';
import { Counters, rateLimited } from '../edge/rate-limits/counters.js';

const PER_CLIENT_AND_MINUTE = 10;

/** How many test events a client may ask for: they are for a person who sets a receiver up. */
@Injectable()
export class WebhookTestLimit {
  constructor(private readonly counters: Counters) {}

  /** @throws PinwardError OPERATION_RATE_LIMITED */
  async count({ tenantId, clientId }: Caller): Promise<void> {
    const { hits, leftMs } = await this.counters.hit(`webhook-test:${JSON.stringify([tenantId, clientId])}`);
    if (hits > PER_CLIENT_AND_MINUTE) throw rateLimited(leftMs, 'client-webhook-tests');
  }
}
