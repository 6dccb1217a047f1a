import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { addressPrefix } from '#libs/api-clients';
import { LastingFault } from '../logging/lasting-fault.js';
import { CallLines, NOBODY } from './call-lines.js';
import { Tallies, type Kind } from './tallies.js';

const EVERY_MS = 60_000;
/**
 * For each tenant: so many kinds of its callers, and as many of strangers who named one of its clients, or none. A
 * caller that changes address or name with every call must not fill memory or trail, nor push other calls out of it.
 */
const KINDS_AT_MOST = 250;
/** For each tenant and minute; further calls are counted. */
const OWN_LINES_AT_MOST = 20;

/**
 * Calls that were refused at the edge or concern no single tenant, counted by client, address and outcome and written
 * to the trail once a minute: an attacker must not be able to fill it. A crash may lose the counts of a minute; those
 * calls changed nothing.
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

  /** For a caller whose token was verified: by exact address. */
  count(kind: Kind): void {
    this.talliesOf(this.#callers, kind).count(kind, this.now().toISOString());
  }

  /** For a caller that proved nothing and may have all addresses of a network: by address prefix. */
  countStranger(kind: Kind): void {
    const sourceAddress = kind.sourceAddress === null ? null : addressPrefix(kind.sourceAddress);
    this.talliesOf(this.#strangers, kind).count({ ...kind, sourceAddress }, this.now().toISOString());
  }

  /** Whether a stranger's call gets its own line: the first ones of a minute do, in each tenant. */
  takeOwnLine({ tenantId }: Pick<Kind, 'tenantId'>): boolean {
    const lines = (this.#ownLines.get(tenantId) ?? 0) + 1;
    this.#ownLines.set(tenantId, lines);
    return lines <= OWN_LINES_AT_MOST;
  }

  /** Every minute and at the end; lines that cannot be written now are kept for the next time. */
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

/** The tenant's other kinds are counted together: only what they did, and by which of the two protocols. */
function together({ tenantId, sourceAddress, action, result }: Kind): Kind {
  const everywhere = sourceAddress === null ? null : sourceAddress.includes(':') ? '::/0' : '0.0.0.0/0';
  return { tenantId, clientId: NOBODY, subject: NOBODY, sourceAddress: everywhere, action, result };
}
