import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { AuditLine } from '#libs/database';
import { CallLines } from './call-lines.js';

const EVERY_MS = 60_000;
/** Whoever changes address with every call must not fill memory or trail: the rest is told without address. */
const KINDS_AT_MOST = 1_000;

type Kind = Pick<AuditLine, 'tenantId' | 'clientId' | 'subject' | 'sourceAddress' | 'action' | 'result'>;

interface Tally {
  readonly kind: Kind;
  readonly from: string;
  to: string;
  count: number;
}

/**
 * Calls that were refused at the edge or concern nobody in particular, counted by client, address and outcome and written
 * to the trail once a minute: an attacker must not be able to fill it. What a crash loses of a minute changed nothing.
 */
@Injectable()
export class CountedCalls {
  private readonly logger = new Logger(CountedCalls.name);
  #tallies = new Map<string, Tally>();

  constructor(
    private readonly lines: CallLines,
    private readonly now: () => Date = () => new Date(),
  ) {}

  count(kind: Kind): void {
    const told = this.#tallies.size < KINDS_AT_MOST ? kind : { ...kind, sourceAddress: null };
    const key = JSON.stringify(told);
    const at = this.now().toISOString();
    const tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, { kind: told, from: at, to: at, count: 1 });
    else {
      tally.count += 1;
      tally.to = at;
    }
  }

  /** Every minute and at the end; what cannot be written now is kept for the next time. */
  @Interval(EVERY_MS)
  async write(): Promise<void> {
    const tallies = this.#tallies;
    this.#tallies = new Map();
    const written = [...tallies].map(async ([key, { kind, from, to, count }]) => {
      try {
        const details = { from, to, count };
        const line = { ...kind, requestId: randomUUID(), cardId: null, eventNo: null };
        await this.lines.append({ ...line, details });
      } catch {
        this.keep(key, { kind, from, to, count });
      }
    });
    await Promise.all(written);
    if (this.#tallies.size > 0)
      this.logger.warn('counted calls could not be recorded now; tried again in a minute');
  }

  private keep(key: string, tally: Tally): void {
    const since = this.#tallies.get(key);
    const count = tally.count + (since?.count ?? 0);
    this.#tallies.set(key, { ...tally, to: since?.to ?? tally.to, count });
  }
}
