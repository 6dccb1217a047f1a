/** What a client has sent up to a Sync (or as one simple query): the server answers it as a whole. */
export interface Exchange {
  /** Number of the connection, from 1 in the order of their opening. */
  readonly connection: number;
  /** Texts of the statements that run. */
  readonly statements: readonly string[];
}

/**
 * `forward`: as if nothing had happened. `cut`: both ends are closed, and what was held is lost. `cut-client`: the
 * server goes on (and a held request still reaches it), the client is cut off.
 */
export type Verdict = 'forward' | 'cut' | 'cut-client';

/** What to do with an exchange: decided at once, or when the promise resolves. */
export type TrapAction = (exchange: Exchange) => Verdict | Promise<Verdict>;

export interface TrapOptions {
  /** How many exchanges to catch; later ones pass. Default: all. */
  readonly times?: number;
}

export type TrapPoint = 'before-forward' | 'after-reply';

/** Set with PgProxy.beforeForward and afterServerReply. */
export class Trap {
  /** What the action threw; PgProxy reports it when it is disposed. */
  readonly failures: unknown[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #caught: Exchange[] = [];
  #armed = true;

  constructor(
    readonly point: TrapPoint,
    private readonly pattern: RegExp,
    private readonly action: TrapAction,
    private readonly times: number,
  ) {}

  /** Exchanges caught so far. */
  get caught(): readonly Exchange[] {
    return this.#caught;
  }

  /** Resolves once the trap has caught so many exchanges. */
  async reached(count = 1): Promise<Exchange> {
    while (this.#caught.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#caught[count - 1] as Exchange;
  }

  /** From now on everything passes. */
  remove(): void {
    this.#armed = false;
  }

  /** @internal Whether the trap is set for this exchange, as far as can be said before it is sprung. */
  awaits(point: TrapPoint, { statements }: Exchange): boolean {
    const open = this.#armed && this.#caught.length < this.times;
    return open && point === this.point && statements.some((text) => this.pattern.test(text));
  }

  /** @internal */
  async spring(exchange: Exchange): Promise<Verdict> {
    this.#caught.push(exchange);
    for (const resolve of this.#waiting.splice(0)) resolve();
    try {
      return await this.action(exchange);
    } catch (failure) {
      this.failures.push(failure);
      return 'cut';
    }
  }
}

/** An action that holds what is caught until the test opens the gate with a verdict. */
export function gate(): { readonly action: TrapAction; readonly open: (verdict?: Verdict) => void } {
  let open: (verdict: Verdict) => void = () => {};
  const opened = new Promise<Verdict>((resolve) => (open = resolve));
  return { action: () => opened, open: (verdict = 'forward') => open(verdict) };
}
