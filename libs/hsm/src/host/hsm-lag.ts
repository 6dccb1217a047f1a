import type { HsmLag } from '../contract/pin-hsm.js';
import type { OnOperation } from '../settings.js';
import type { HostSupervisor } from './host-supervisor.js';
import type { HostReplies, NewHostTask } from './messages.js';
import type { OperationBounds } from './pending-operations.js';

/** The recent p99 covers the calls of the last minute, the newest thousand at most. */
const RECENT_MS = 60_000;
const RECENT_CALLS = 1_000;
/** The HSM counts as quick again only after so long: an alarm that comes and goes is soon ignored. */
const QUICK_FOR_MS = 10_000;
/** It must also be below this share of the limit. */
const QUICK_SHARE = 1 / 2;

interface Call {
  readonly since: number;
  /** The least number of module calls that it makes. */
  readonly parts: number;
}

export interface TimedCall extends Disposable {
  /** Only an answer shows how quick the HSM is; a call that was refused at once does not. */
  answered(): void;
}

/**
 * Measures how long calls wait for the HSM, queue included. The HSM lags as soon as the oldest call under way or the
 * recent p99 passes the limit, until both have been below half of it for a while.
 */
export class LagMeter {
  readonly #underWay = new Set<Call>();
  #recent: { readonly at: number; readonly ms: number }[] = [];
  #lagging = false;
  #quickSince: number | null = null;

  /**
   * @param limitMs the HSM lags above it
   * @param now milliseconds that never run backwards
   */
  constructor(
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param parts number of calls, where an operation makes several of the same length */
  begin(parts = 1): TimedCall {
    const call = { since: this.now(), parts };
    this.#underWay.add(call);
    let isAnswered = false;
    return {
      answered: () => (isAnswered = true),
      [Symbol.dispose]: () => {
        this.#underWay.delete(call);
        const ms = this.lengthOf(call);
        if (isAnswered || ms >= this.limitMs) this.#recent.push({ at: this.now(), ms });
        if (this.#recent.length >= 2 * RECENT_CALLS) this.#recent = this.#recent.slice(-RECENT_CALLS);
      },
    };
  }

  /** Call it now and then: a lag begins and ends only when the state is read. */
  state(): HsmLag {
    const p99Ms = this.p99();
    const oldestWaitMs = Math.max(0, ...[...this.#underWay].map((call) => this.lengthOf(call)));
    this.judge(Math.max(p99Ms, oldestWaitMs));
    return {
      lagging: this.#lagging,
      limitMs: this.limitMs,
      oldestWaitMs: Math.round(oldestWaitMs),
      p99Ms: Math.round(p99Ms),
      underWay: this.#underWay.size,
    };
  }

  private judge(worstMs: number): void {
    if (worstMs >= this.limitMs) {
      this.#lagging = true;
      this.#quickSince = null;
    } else if (this.#lagging) {
      this.#quickSince = worstMs < this.limitMs * QUICK_SHARE ? (this.#quickSince ?? this.now()) : null;
      this.#lagging = this.#quickSince === null || this.now() - this.#quickSince < QUICK_FOR_MS;
    }
  }

  private p99(): number {
    const since = this.now() - RECENT_MS;
    this.#recent = this.#recent.slice(-RECENT_CALLS).filter(({ at }) => at >= since);
    const sorted = this.#recent.map(({ ms }) => ms).toSorted((one, other) => one - other);
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
  }

  private lengthOf({ since, parts }: Call): number {
    return (this.now() - since) / parts;
  }
}

/** Share of the evaluation window: an HSM that takes longer lags, unless a setting says otherwise. */
const LAG_SHARE = 1 / 10;
/** These make a varying number of calls, often hundreds. */
const NOT_TIMED: ReadonlySet<NewHostTask['kind']> = new Set(['tag-weak-pins', 'check-attestations']);

/** Runs operations at the present host, and measures how long they take. */
export class TimedOperations {
  readonly #meter: LagMeter;
  readonly #tell: OnOperation;

  constructor(
    private readonly supervisor: Pick<HostSupervisor, 'forward'>,
    limits: {
      readonly lagMs?: number | undefined;
      readonly evaluationWindowMs: number;
      readonly onOperation?: OnOperation | undefined;
    },
  ) {
    this.#tell = limits.onOperation ?? (() => undefined);
    this.#meter = new LagMeter(limits.lagMs ?? limits.evaluationWindowMs * LAG_SHARE);
  }

  get lag(): HsmLag {
    return this.#meter.state();
  }

  /** @param parts how many calls of an evaluation's length it makes. @throws HsmFault */
  async perform<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
    parts = 1,
  ): Promise<HostReplies[Task['kind']]> {
    if (NOT_TIMED.has(task.kind)) return await this.forward(task, bounds);
    using timed = this.#meter.begin(parts);
    const reply = await this.forward(task, bounds);
    timed.answered();
    return reply;
  }

  private async forward<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
  ): Promise<HostReplies[Task['kind']]> {
    const since = performance.now();
    let answered = false;
    try {
      const reply = await this.supervisor.forward(task, bounds);
      answered = true;
      return reply;
    } finally {
      this.#tell(task.kind, (performance.now() - since) / 1_000, answered);
    }
  }
}
