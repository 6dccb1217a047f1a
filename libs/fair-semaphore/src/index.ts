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
