import { Injectable } from '@nestjs/common';
import { PinwardError } from '#libs/errors';
import { addressKey } from '../addresses/source-address.js';
import { Counters, type Count } from './counters.js';
import { rateLimited } from './rate-limited.js';

/**
 * Slows down whoever tries secrets or tokens: refused authentications of one address have a limit of their own, which
 * its accepted calls never meet.
 */
@Injectable()
export class RefusalLimits {
  constructor(
    private readonly counters: Counters,
    private readonly perMinute: number,
  ) {}

  /** Before work that a guess costs. @throws PinwardError RATE_LIMITED */
  async assertMayTry(sourceAddress: string): Promise<void> {
    const count = await this.counters.peek(keyOf(sourceAddress));
    if (count.hits >= this.perMinute) throw this.refusal(count);
  }

  /** The refusal to answer with: the one that was due, or RATE_LIMITED when there have been too many. */
  async counted(refusal: unknown, sourceAddress: string): Promise<unknown> {
    const count = await this.counters.hit(keyOf(sourceAddress));
    return count.hits > this.perMinute ? this.refusal(count) : refusal;
  }

  private refusal({ leftMs }: Count): PinwardError {
    return rateLimited(leftMs);
  }
}

function keyOf(sourceAddress: string): string {
  return `refusal:${addressKey(sourceAddress)}`;
}
