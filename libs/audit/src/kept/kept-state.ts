/** Milliseconds. A witness is reached over a network: while its side is being deployed, that is no fault of ours. */
const WITNESS_PATIENCE_MS = 60_000;

/**
 * Whether the newest checkpoint is outside the database, and if not, why. A file that cannot be written is reported at
 * once. A witness that does not answer is reported after a minute, if there is no file. A process that keeps no
 * checkpoint could not detect later that an older backup was restored.
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

  /** Why the witness does not take checkpoints, at once and even if a file keeps them; null while it does. */
  get witnessCause(): string | null {
    return this.#witnessFault?.cause ?? null;
  }

  /** Shows that the file can also be written. @throws the error of the work */
  async inFile(work: () => Promise<void>): Promise<void> {
    await this.reading(work);
    this.#fileFault = null;
  }

  /** @throws the error of the work */
  async reading<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (fault) {
      this.#fileFault = `the checkpoint file cannot be used: ${reasonOf(fault)}`;
      throw fault;
    }
  }

  /** @throws the error of the work */
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
