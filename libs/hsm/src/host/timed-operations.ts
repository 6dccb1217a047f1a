import type { HsmLag } from '../contract/pin-hsm.js';
import type { HostSupervisor } from './host-supervisor.js';
import { LagMeter } from './hsm-lag.js';
import type { HostReplies, NewHostTask } from './messages.js';
import type { OperationBounds } from './pending-operations.js';

/** Of the evaluation window: an HSM that takes longer lags, unless a setting says otherwise. */
const LAG_SHARE = 1 / 10;
/** They make calls by the hundred, as many as are asked for. */
const NOT_TIMED: ReadonlySet<NewHostTask['kind']> = new Set(['tag-weak-pins', 'check-attestations']);

/** Runs operations at the host that there is, and keeps how long they take. */
export class TimedOperations {
  readonly #meter: LagMeter;

  constructor(
    private readonly supervisor: Pick<HostSupervisor, 'forward'>,
    limits: { readonly lagMs?: number | undefined; readonly evaluationWindowMs: number },
  ) {
    this.#meter = new LagMeter(limits.lagMs ?? limits.evaluationWindowMs * LAG_SHARE);
  }

  get lag(): HsmLag {
    return this.#meter.state();
  }

  /** @param parts calls of the length of an evaluation's that it makes. @throws HsmFault */
  async perform<Task extends NewHostTask>(
    task: Task,
    bounds: OperationBounds,
    parts = 1,
  ): Promise<HostReplies[Task['kind']]> {
    if (NOT_TIMED.has(task.kind)) return await this.supervisor.forward(task, bounds);
    using timed = this.#meter.begin(parts);
    const reply = await this.supervisor.forward(task, bounds);
    timed.answered();
    return reply;
  }
}
