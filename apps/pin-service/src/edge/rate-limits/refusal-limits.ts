import { Injectable } from '@nestjs/common';
import type { Caller } from '../authentication/caller.js';
import { addressKey } from '../requests/request-origin.js';
import { Counters, type Count, rateLimited } from './counters.js';

/**
 * Slows down guesses at secrets or tokens: refused tokens and token requests of one address have their own limit, which
 * does not affect its accepted calls.
 */
@Injectable()
export class RefusalLimits {
  constructor(
    private readonly counters: Counters,
    private readonly perMinute: number,
  ) {}

  /**
   * Called before work that a guess costs. All tries count, also the good ones: if only failures counted, any number
   * would pass side by side.
   *
   * @throws PinwardError RATE_LIMITED
   */
  async countTry(sourceAddress: string): Promise<void> {
    const { hits, leftMs } = await this.count(sourceAddress);
    if (hits > this.perMinute) throw rateLimited(leftMs, 'address-refusals');
  }

  /** The refusal to answer with: the given one, or RATE_LIMITED when there have been too many. */
  async counted(refusal: unknown, sourceAddress: string): Promise<unknown> {
    const { hits, leftMs } = await this.count(sourceAddress);
    return hits > this.perMinute ? rateLimited(leftMs, 'address-refusals') : refusal;
  }

  /** Like `counted`, for a known caller who asks for what it may not: counted for the caller, whatever its address. */
  async countedFor(refusal: unknown, { tenantId, clientId }: Caller): Promise<unknown> {
    const { hits, leftMs } = await this.counters.hit(`forbidden:${JSON.stringify([tenantId, clientId])}`);
    return hits > this.perMinute ? rateLimited(leftMs, 'client-refusals') : refusal;
  }

  private async count(sourceAddress: string): Promise<Count> {
    return await this.counters.hit(`refusal:${addressKey(sourceAddress)}`);
  }
}
