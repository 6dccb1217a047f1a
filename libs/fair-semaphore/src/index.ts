/**
 * There is no permit, and none will come: the party has its full number waiting, or its caller has gone. Nothing was
 * begun.
 */
export class NoPermit extends Error {
  override readonly name = 'NoPermit';
}

interface Waiter {
  readonly begin: () => void;
}

/**
 * A counting semaphore whose permits go round the waiting parties (tenants). Within a party the first to come is the
 * first served. So a thousand requests of one party do not come before another party's.
 */
export class FairSemaphore {
  /** The party whose turn is next comes first; no queue is empty. */
  readonly #queues = new Map<string, Waiter[]>();
  #permits: number;

  /** @param waitingAtMost for one party; if absent, the code in front must set a bound */
  constructor(
    permits: number,
    private readonly waitingAtMost = Infinity,
  ) {
    this.#permits = permits;
  }

  /**
   * Does the work under a permit.
   *
   * @param signal aborted when the caller no longer waits for the work; work that has begun is finished
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

  /** Directly to the first waiter of the party whose turn it is, so that no later one gets in between. */
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

/** One of the permits of a bounded queue. Disposing of it gives it back; doing so again has no effect. */
export interface Permit extends Disposable {
  readonly number: number;
}

/** One party's share of all permits: a party that floods the queue is refused while others still get a permit. */
const PARTYS_SHARE = 3 / 4;

/** The permits of a bounded queue. If none is free it refuses at once and does not let a caller wait. */
export class QueuePermits {
  /** By number, with the party for which it counts. */
  readonly #held = new Map<number, string | null>();
  readonly #byParty = new Map<string, number>();
  #last = 0;

  /** @param refused makes the error, in the words of the caller's library */
  constructor(
    private readonly capacity: number,
    private readonly refused: (why: string) => Error = (why) => new NoPermit(why),
  ) {}

  /**
   * @param party null for the service's own work
   * @throws NoPermit, or the constructor's error, when all are taken or the party has its share
   */
  reserve(party: string | null = null): Permit {
    if (this.#held.size >= this.capacity) throw this.refused('the queue is full');
    if (party !== null) this.count(party);
    this.#last += 1;
    const number = this.#last;
    this.#held.set(number, party);
    return { number, [Symbol.dispose]: () => this.giveBack(number) };
  }

  /** @throws the same for a permit that was given back */
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
