import { limitReached, type PinwardError } from '#libs/errors';

/** How many of one line may wait. Jobs take some 60 ms: who comes later would rather try again than wait. */
const WAITING_AT_MOST = 8;
const RETRY_AFTER_SECONDS = 1;

interface Waiting {
  readonly begin: () => void;
}

/**
 * Lets a number of jobs run at once. The others wait, each tenant in a line of its own; the lines take turns, so that a
 * crowd in one holds up nobody in another. A line is short, and whoever hangs up leaves it.
 */
export class Turns {
  /** In the order in which it is their turn; none is empty. */
  readonly #lines = new Map<string, Waiting[]>();
  #running = 0;

  constructor(
    private readonly atOnce: number,
    private readonly waitingAtMost = WAITING_AT_MOST,
  ) {}

  /**
   * @param signal aborted when nobody waits for the job any more; one that has begun is finished
   * @throws PinwardError RATE_LIMITED when the line is full, or its caller has gone
   */
  async take<T>(line: string, job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running < this.atOnce) this.#running += 1;
    else await this.wait(line, signal);
    try {
      return await job();
    } finally {
      this.handOn();
    }
  }

  private async wait(line: string, signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#lines.get(line) ?? [];
    if (waiting.length >= this.waitingAtMost || signal?.aborted === true) throw refused();
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(one), 1);
        if (waiting.length === 0) this.#lines.delete(line);
        reject(refused());
      };
      const one = {
        begin: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(one);
      this.#lines.set(line, waiting);
    });
  }

  /** The place goes to the first of the line whose turn it is, which then goes to the end; or it is given back. */
  private handOn(): void {
    const [turn] = this.#lines;
    const next = turn?.[1].shift();
    if (turn === undefined || next === undefined) {
      this.#running -= 1;
      return;
    }
    const [line, rest] = turn;
    this.#lines.delete(line);
    if (rest.length > 0) this.#lines.set(line, rest);
    next.begin();
  }
}

function refused(): PinwardError {
  return limitReached('old-secrets', RETRY_AFTER_SECONDS);
}
