import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Counters } from './counters.js';

type Recorded = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The counters as the throttler asks for them; times in seconds. There is no ban beyond the window. */
export class ThrottlerCounters implements ThrottlerStorage {
  constructor(private readonly counters: Counters) {}

  async increment(key: string, _ttl: number, limit: number): Promise<Recorded> {
    const { hits, leftMs } = await this.counters.hit(key);
    const left = Math.ceil(leftMs / 1_000);
    return { totalHits: hits, timeToExpire: left, isBlocked: hits > limit, timeToBlockExpire: left };
  }
}
