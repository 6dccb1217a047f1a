import { PinwardError } from '#libs/errors';
import { kindOfFault } from './database-fault.js';

/** Sets under way at once. More sets would be smaller, and a set costs little more than a single call. */
const SETS_AT_ONCE = 1;
/**
 * The least time from the start of one set to the start of the next. Under load the sets become twice as large, with
 * half the statements and commits. A call after a pause does not wait.
 */
const PACE_MS = 10;
/** The most calls in a set: enough for every permit of the HSM queue of a busy service, and still milliseconds. */
const SET_AT_MOST = 64;
/** More than the HSM queue can have permits (10,000); each permit has at most one waiting call. */
const MOST_WAITING = 16_384;
const RETRY_AFTER_SECONDS = 1;

interface Waiting<Call, Result> {
  readonly call: Call;
  readonly resolve: (result: Result) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Group commit: calls that come while a set is under way go out together as the next set, in one statement and one
 * commit. A call that comes alone, with none just before it, goes out at once and alone.
 */
export class GroupCommit<Call, Result> {
  #waiting: Waiting<Call, Result>[] = [];
  #underWay = 0;
  #scheduled = false;
  #lastStart = -Infinity;

  /**
   * @param send runs a set in one transaction; one result for each call, in their order. A call alone may wait for a
   * lock. A set may not: it would hold up all later calls
   * @param subject what the call writes: two calls about one subject never share a set, so that each gets its own
   * answer
   */
  constructor(
    private readonly send: (calls: readonly Call[], wait: boolean) => Promise<readonly Result[]>,
    private readonly subject: (call: Call) => string,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /**
   * In a set with others. If the set fails for a reason that may concern only one of its calls, each is run alone.
   *
   * @throws PinwardError DATABASE_UNAVAILABLE, nothing sent, when too many wait already
   */
  async together(call: Call): Promise<Result> {
    if (this.#waiting.length >= this.mostWaiting)
      throw new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      this.schedule();
    });
  }

  async alone(call: Call): Promise<Result> {
    const [result] = await this.send([call], true);
    if (result === undefined) throw new Error('a call was not answered');
    return result;
  }

  private schedule(): void {
    if (this.#scheduled || this.#underWay >= SETS_AT_ONCE || this.#waiting.length === 0) return;
    this.#scheduled = true;
    const start = () => {
      this.#scheduled = false;
      void this.sendNext();
    };
    const left = this.#lastStart + PACE_MS - performance.now();
    if (left > 0) setTimeout(start, left);
    // At the end of this turn, so that calls of one turn go out together.
    else setImmediate(start);
  }

  private async sendNext(): Promise<void> {
    const set = this.takeSet();
    this.#lastStart = performance.now();
    this.#underWay += 1;
    try {
      const results = await this.send(
        set.map(({ call }) => call),
        false,
      );
      for (const [index, { resolve, reject }] of set.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('a call was not answered'));
        else resolve(result);
      }
    } catch (fault) {
      const rolledBack = ['conflict', 'defect'].includes(kindOfFault(fault));
      for (const { call, resolve, reject } of set) {
        if (rolledBack && set.length > 1) this.alone(call).then(resolve, reject);
        else reject(fault);
      }
    } finally {
      this.#underWay -= 1;
      this.schedule();
    }
  }

  private takeSet(): readonly Waiting<Call, Result>[] {
    const set = new Map<string, Waiting<Call, Result>>();
    const left: Waiting<Call, Result>[] = [];
    for (const waiting of this.#waiting) {
      const subject = this.subject(waiting.call);
      if (set.size < SET_AT_MOST && !set.has(subject)) set.set(subject, waiting);
      else left.push(waiting);
    }
    this.#waiting = left;
    return [...set.values()];
  }
}
