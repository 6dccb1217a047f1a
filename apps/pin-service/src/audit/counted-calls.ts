import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { addressPrefix } from '#libs/api-clients';
import { LastingFault } from '../logging/lasting-fault.js';
import { CallLines, NOBODY } from './call-lines.js';
import { Tallies, type Kind } from './tallies.js';

const EVERY_MS = 60_000;
/**
 * Of a tenant's callers, and as many of strangers who named one of its clients, or nobody: whoever changes address or
 * name with every call must fill neither memory nor trail, nor keep others from being told.
 */
const KINDS_AT_MOST = 250;
/** A minute, of a tenant: the rest of it is counted. */
const OWN_LINES_AT_MOST = 20;

/**
 * Calls that were refused at the edge or concern nobody in particular, counted by client, address and outcome and written
 * to the trail once a minute: an attacker must not be able to fill it. What a crash loses of a minute changed nothing.
 */
@Injectable()
export class CountedCalls {
  private readonly fault = new LastingFault(
    new Logger(CountedCalls.name),
    'counted calls cannot be recorded now; tried again in a minute',
  );
  readonly #callers = new Map<string, Tallies>();
  readonly #strangers = new Map<string, Tallies>();
  #ownLines = new Map<string, number>();

  constructor(
    private readonly lines: CallLines,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Of a caller whose token was verified: by exact address. */
  count(kind: Kind): void {
    this.talliesOf(this.#callers, kind).count(kind, this.now().toISOString());
  }

  /** Of somebody who proved nothing, and may have as many addresses as a network: by its prefix. */
  countStranger(kind: Kind): void {
    const sourceAddress = kind.sourceAddress === null ? null : addressPrefix(kind.sourceAddress);
    this.talliesOf(this.#strangers, kind).count({ ...kind, sourceAddress }, this.now().toISOString());
  }

  /** Whether a stranger's call gets a line of its own: the first ones of a minute do, in each tenant. */
  takeOwnLine({ tenantId }: Pick<Kind, 'tenantId'>): boolean {
    const lines = (this.#ownLines.get(tenantId) ?? 0) + 1;
    this.#ownLines.set(tenantId, lines);
    return lines <= OWN_LINES_AT_MOST;
  }

  /** Every minute and at the end; what cannot be written now is kept for the next time. */
  @Interval(EVERY_MS)
  async write(): Promise<void> {
    this.#ownLines = new Map();
    await this.fault.within(async () => {
      const all = [...this.#callers.values(), ...this.#strangers.values()];
      const outcomes = await Promise.allSettled(all.flatMap((tallies) => this.writeOf(tallies)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    });
  }

  private writeOf(tallies: Tallies): Promise<void>[] {
    return tallies.take().map(async (tally) => {
      const { kind, from, to, count } = tally;
      const line = { ...kind, requestId: randomUUID(), cardId: null, eventNo: null };
      try {
        await this.lines.append({ ...line, details: { from, to, count } });
      } catch (fault) {
        tallies.putBack(tally);
        throw fault;
      }
    });
  }

  private talliesOf(all: Map<string, Tallies>, { tenantId }: Kind): Tallies {
    const known = all.get(tenantId);
    if (known !== undefined) return known;
    const made = new Tallies(KINDS_AT_MOST, together);
    all.set(tenantId, made);
    return made;
  }
}

/** Of the tenant's others no more is told than what they did, and by which of the two protocols. */
function together({ tenantId, sourceAddress, action, result }: Kind): Kind {
  const everywhere = sourceAddress === null ? null : sourceAddress.includes(':') ? '::/0' : '0.0.0.0/0';
  return { tenantId, clientId: NOBODY, subject: NOBODY, sourceAddress: everywhere, action, result };
}
