import { Injectable } from '@nestjs/common';
import type { Caller } from '../authentication/caller.js';
import { addressKey } from '../requests/request-origin.js';
import { Counters, type Count, rateLimited } from './counters.js';

/**
 * Slows down whoever tries secrets or tokens: refused tokens and token requests of one address have a limit of their
 * own, which its accepted calls never meet.
 */
@Injectable()
export class RefusalLimits {
  constructor(
    private readonly counters: Counters,
    private readonly perMinute: number,
  ) {}

  /**
   * Before work that a guess costs. All tries count, the good ones too: a guess that is counted only when it has failed
   * lets any number through side by side.
   *
   * @throws PinwardError RATE_LIMITED
   */
  async countTry(sourceAddress: string): Promise<void> {
    const { hits, leftMs } = await this.count(sourceAddress);
    if (hits > this.perMinute) throw rateLimited(leftMs, 'address-refusals');
  }

  /** The refusal to answer with: the one that was due, or RATE_LIMITED when there have been too many. */
  async counted(refusal: unknown, sourceAddress: string): Promise<unknown> {
    const { hits, leftMs } = await this.count(sourceAddress);
    return hits > this.perMinute ? rateLimited(leftMs, 'address-refusals') : refusal;
  }

  /** As counted, of a caller that is known and asks for what it may not: counted for itself, whatever its address. */
  async countedFor(refusal: unknown, { tenantId, clientId }: Caller): Promise<unknown> {
    const { hits, leftMs } = await this.counters.hit(`forbidden:${JSON.stringify([tenantId, clientId])}`);
    return hits > this.perMinute ? rateLimited(leftMs, 'client-refusals') : refusal;
  }

  private async count(sourceAddress: string): Promise<Count> {
    return await this.counters.hit(`refusal:${addressKey(sourceAddress)}`);
  }
}
