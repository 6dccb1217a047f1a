/** A witness is beyond a network: a deployment on its side is no fault of ours yet. Milliseconds. */
const WITNESS_PATIENCE_MS = 60_000;

/**
 * Whether the newest checkpoint lies outside the database, and if not, why. A file that cannot be written is told at once;
 * a witness that does not answer, where there is no file, after a minute. A process that keeps no checkpoint could not tell
 * later that an older backup was restored.
 */
export class KeptState {
  #fileFault: string | null = null;
  #witnessFault: { readonly cause: string; readonly since: number } | null = null;

  constructor(
    private readonly now: () => number,
    private readonly where: { readonly inFile: boolean },
  ) {}

  /** In words for an operator, with the cause's code; null while it is kept. */
  get cause(): string | null {
    if (this.#fileFault !== null) return this.#fileFault;
    if (this.where.inFile || this.#witnessFault === null) return null;
    const { cause, since } = this.#witnessFault;
    return this.now() - since >= WITNESS_PATIENCE_MS ? cause : null;
  }

  /** Why the witness does not take checkpoints, at once and also where a file keeps them; null while it does. */
  get witnessCause(): string | null {
    return this.#witnessFault?.cause ?? null;
  }

  /** That it can be written as well. @throws what the work throws */
  async inFile(work: () => Promise<void>): Promise<void> {
    await this.reading(work);
    this.#fileFault = null;
  }

  /** @throws what the work throws */
  async reading<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (fault) {
      this.#fileFault = `the checkpoint file cannot be used: ${reasonOf(fault)}`;
      throw fault;
    }
  }

  /** @throws what the work throws */
  async byWitness<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.#witnessFault = null;
      return result;
    } catch (fault) {
      const since = this.#witnessFault?.since ?? this.now();
      this.#witnessFault = { cause: `the witness does not keep the checkpoint: ${reasonOf(fault)}`, since };
      throw fault;
    }
  }
}

function reasonOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : 'unknown';
}
