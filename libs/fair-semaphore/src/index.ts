/** No permit, and none to come: the party has as many waiting as it may have, or its caller has gone. Nothing was begun. */
export class NoPermit extends Error {
  override readonly name = 'NoPermit';
}

interface Waiter {
  readonly begin: () => void;
}

/**
 * A counting semaphore whose permits go round the parties (tenants) that wait, within each in the order in which they
 * came: a thousand of one at once are in front of no other party.
 */
export class FairSemaphore {
  /** Of those who wait, whose turn is next comes first; none is empty. */
  readonly #queues = new Map<string, Waiter[]>();
  #permits: number;

  /** @param waitingAtMost of one party; without it, what is in front must be bounded */
  constructor(
    permits: number,
    private readonly waitingAtMost = Infinity,
  ) {
    this.#permits = permits;
  }

  /**
   * Does the work under a permit.
   *
   * @param signal aborted when the caller no longer waits for the work; what has begun is finished
   * @throws NoPermit
   */
  async run<Result>(party: string, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (this.#permits > 0) this.#permits -= 1;
    else await this.permitFor(party, signal);
    try {
      return await work();
    } finally {
      this.handOn();
    }
  }

  private async permitFor(party: string, signal: AbortSignal | undefined): Promise<void> {
    const queue = this.#queues.get(party) ?? [];
    if (queue.length >= this.waitingAtMost) throw new NoPermit('too many are waiting already');
    if (signal?.aborted === true) throw new NoPermit('nobody waits for it any more');
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(waiter), 1);
        if (queue.length === 0) this.#queues.delete(party);
        reject(new NoPermit('nobody waits for it any more'));
      };
      const waiter = {
        begin: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(waiter);
      this.#queues.set(party, queue);
    });
  }

  /** Directly to the first of the party whose turn it is, so that no later one gets in between. */
  private handOn(): void {
    const [next] = this.#queues;
    const first = next?.[1].shift();
    if (next === undefined || first === undefined) {
      this.#permits += 1;
      return;
    }
    const [party, rest] = next;
    this.#queues.delete(party);
    if (rest.length > 0) this.#queues.set(party, rest);
    first.begin();
  }
}

/** One of the permits of a bounded queue; given back by disposing of it, once or more often. */
export interface Permit extends Disposable {
  readonly number: number;
}

/** Of all permits, for one party: a party that floods the queue is refused while others still find a permit. */
const PARTYS_SHARE = 3 / 4;

/** The permits of a bounded queue. Where none is free it refuses at once and does not let a caller wait. */
export class QueuePermits {
  /** By number, with the party that it counts for. */
  readonly #held = new Map<number, string | null>();
  readonly #byParty = new Map<string, number>();
  #last = 0;

  /** @param refused in the words of the caller's library */
  constructor(
    private readonly capacity: number,
    private readonly refused: (why: string) => Error = (why) => new NoPermit(why),
  ) {}

  /**
   * @param party null for the service's own work
   * @throws NoPermit, or what the constructor was given, when all are taken or the party has its share
   */
  reserve(party: string | null = null): Permit {
    if (this.#held.size >= this.capacity) throw this.refused('the queue is full');
    if (party !== null) this.count(party);
    this.#last += 1;
    const number = this.#last;
    this.#held.set(number, party);
    return { number, [Symbol.dispose]: () => this.giveBack(number) };
  }

  /** @throws the same for one that was given back */
  assertHeld({ number }: Permit): void {
    if (!this.#held.has(number)) throw this.refused('the permit was given back');
  }

  private count(party: string): void {
    const held = this.#byParty.get(party) ?? 0;
    if (held >= Math.ceil(this.capacity * PARTYS_SHARE))
      throw this.refused("the tenant's share of the queue is full");
    this.#byParty.set(party, held + 1);
  }

  private giveBack(number: number): void {
    const party = this.#held.get(number);
    if (!this.#held.delete(number) || typeof party !== 'string') return;
    const held = (this.#byParty.get(party) ?? 0) - 1;
    if (held > 0) this.#byParty.set(party, held);
    else this.#byParty.delete(party);
  }
}
