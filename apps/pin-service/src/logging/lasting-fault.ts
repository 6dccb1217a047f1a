import type { Logger } from '@nestjs/common';
import { errorFields } from './log-record.js';

const AGAIN_MS = 60_000;

/**
 * A fault that returns with every try. It is logged at once, again when its cause changes, once a minute with a count
 * while it lasts, and when it is over.
 */
export class LastingFault {
  #lasting: { readonly cause: string; readonly toldAt: number } | null = null;
  /** Since it began, and since it was logged. */
  #times = 0;
  #untold = 0;
  #underWay: Promise<void> | null = null;

  constructor(
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly words: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Class and code of the fault while it lasts; null when there is none. */
  get cause(): string | null {
    return this.#lasting?.cause ?? null;
  }

  tell(fault: unknown): void {
    this.#times += 1;
    this.#untold += 1;
    const cause = nameOf(fault);
    const told = this.#lasting;
    if (told !== null && told.cause === cause && this.now() - told.toldAt < AGAIN_MS) return;
    const times = told === null ? '' : ` (${this.#untold} times since it was told)`;
    this.logger.warn(`${this.words}${times}`, fault);
    this.#lasting = { cause, toldAt: this.now() };
    this.#untold = 0;
  }

  over(): void {
    // At the level of its beginning, so that every log with the one has the other.
    if (this.#lasting !== null) this.logger.warn(`over, after ${this.#times} times: ${this.words}`);
    this.#lasting = null;
    this.#times = 0;
    this.#untold = 0;
  }

  /** Runs the work; a fault is logged and not thrown. */
  async within(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.over();
    } catch (fault) {
      this.tell(fault);
    }
  }

  /** As `within`, but one at a time: nothing begins while something is under way. @returns the end of what is */
  async alone(work: () => Promise<unknown>): Promise<void> {
    this.#underWay ??= this.within(work).finally(() => {
      this.#underWay = null;
    });
    await this.#underWay;
  }

  /** The end of what `alone` has begun. */
  async settled(): Promise<void> {
    await this.#underWay;
  }
}

function nameOf(fault: unknown): string {
  const { error, cause } = errorFields(fault);
  return [error, cause].filter((part) => part !== undefined).join(' ');
}
