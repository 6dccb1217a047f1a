import type { Logger } from '@nestjs/common';

/** A fault that comes back with every try: told once with its cause while it lasts. */
export class LastingFault {
  #told = false;

  constructor(
    private readonly logger: Logger,
    private readonly words: string,
  ) {}

  tell(fault: unknown): void {
    if (!this.#told) this.logger.warn(this.words, fault);
    this.#told = true;
  }

  over(): void {
    this.#told = false;
  }

  /** Runs the work; a fault is told and not thrown. */
  async within(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.over();
    } catch (fault) {
      this.tell(fault);
    }
  }
}
