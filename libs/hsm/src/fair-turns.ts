/** One party has as many waiting as it may have: nothing was begun. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/**
 * Lets at most so many things run at once. Parties take turns, each one's own in the order in which they came: whoever
 * asks for a thousand at once waits behind nobody's back, and nobody behind the thousand.
 */
export class FairTurns {
  /** Of those who wait, whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #free: number;

  /** @param mostWaiting of one party; without it, what is in front must be bounded */
  constructor(
    atOnce: number,
    private readonly mostWaiting = Infinity,
  ) {
    this.#free = atOnce;
  }

  /** @throws TooManyWaiting */
  async take<Result>(party: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await this.turnOf(party);
    try {
      return await work();
    } finally {
      this.handOn();
    }
  }

  private async turnOf(party: string): Promise<void> {
    const queue = this.#waiting.get(party) ?? [];
    if (queue.length >= this.mostWaiting) throw new TooManyWaiting('too many are waiting already');
    this.#waiting.set(party, queue);
    await new Promise<void>((resolve) => queue.push(resolve));
  }

  /** Directly to the next, so that nobody who comes later gets in between. */
  private handOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    const [party, [first, ...others]] = next;
    this.#waiting.delete(party);
    if (others.length > 0) this.#waiting.set(party, others);
    first?.();
  }
}
