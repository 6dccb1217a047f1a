import { Injectable } from '@nestjs/common';
import type { Caller } from '../edge/authentication/caller.js';
import { Counters } from '../edge/rate-limits/counters.js';
import { rateLimited } from '../edge/rate-limits/rate-limited.js';

/** How many one-time passwords a client may issue: whoever steals its secret cannot flood cardholders with messages. */
@Injectable()
export class OtpIssueLimit {
  constructor(
    private readonly counters: Counters,
    private readonly perMinute: number,
  ) {}

  /** @throws PinwardError OPERATION_RATE_LIMITED */
  async count({ tenantId, clientId }: Caller): Promise<void> {
    const { hits, leftMs } = await this.counters.hit(`otp:${JSON.stringify([tenantId, clientId])}`);
    if (hits > this.perMinute) throw rateLimited(leftMs, 'client-otp');
  }
}
