/**
 * Attempts under way at once, shared fairly: a tenant gets no further slot while it holds half as many as are free. So
 * one tenant alone fills a third of them, and the next one finds some free. Among many tenants whose receivers hang, it
 * gets the first slot that ends, since they get none.
 */
export class Slots {
  readonly #held = new Map<string, number>();

  constructor(private readonly total: number) {}

  get free(): number {
    return [...this.#held.values()].reduce((free, held) => free - held, this.total);
  }

  /** How many to fill before looking again which tenants are full: few, so that none passes its share by much. */
  get share(): number {
    return Math.ceil(this.free / 16);
  }

  /** Tenants that get no further slot now. */
  get full(): string[] {
    const share = this.free / 2;
    return [...this.#held].filter(([, held]) => held >= share).map(([tenantId]) => tenantId);
  }

  hold(tenantId: string): void {
    this.#held.set(tenantId, (this.#held.get(tenantId) ?? 0) + 1);
  }

  release(tenantId: string): void {
    const held = (this.#held.get(tenantId) ?? 0) - 1;
    if (held > 0) this.#held.set(tenantId, held);
    else this.#held.delete(tenantId);
  }
}
