import type { DataSource } from 'typeorm';
import type { DeliverWebhooks } from './deliver-webhooks.js';
import type { DeliveryJobs, TakenJob } from './delivery-jobs.js';
import type { Lane } from './event-types.js';
import { endpointsOfTenants } from './persistence/endpoints.js';
import { Slots } from './slots.js';

export interface DeliveryLaneParts {
  readonly dataSource: DataSource;
  readonly jobs: DeliveryJobs;
  readonly deliver: DeliverWebhooks;
  /** Attempts under way at once in this process. */
  readonly slots: number;
  /** Told when an attempt could not be made or written down; its job comes again. */
  readonly onFault: (fault: unknown) => void;
}

/** Gives each slot that is free the next delivery that is due: no attempt waits for another. */
export class DeliveryLane {
  readonly #slots: Slots;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<number> | null = null;
  #ended = false;

  constructor(
    private readonly lane: Lane,
    private readonly parts: DeliveryLaneParts,
  ) {
    this.#slots = new Slots(parts.slots);
  }

  /** Returns when no slot is free or nothing is due, not when that has arrived. @returns how many were begun */
  async fill(): Promise<number> {
    this.#filling ??= this.begin().finally(() => {
      this.#filling = null;
    });
    return await this.#filling;
  }

  /** Until nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Takes nothing more; what is under way is finished. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled([this.#filling]);
    await this.settled();
  }

  private async begin(): Promise<number> {
    let begun = 0;
    while (this.#slots.free > 0 && !this.#ended) {
      const jobs = await this.next();
      if (jobs.length === 0) break;
      for (const job of jobs) this.start(job);
      begun += jobs.length;
    }
    return begun;
  }

  private async next(): Promise<TakenJob[]> {
    const { dataSource, jobs } = this.parts;
    const { full, share } = this.#slots;
    const except = full.length === 0 ? [] : await endpointsOfTenants(dataSource.manager, full);
    return await jobs.take(this.lane, share, except);
  }

  private start(job: TakenJob): void {
    const { deliver, onFault } = this.parts;
    const { tenantId } = job.data;
    this.#slots.hold(tenantId);
    const attempt = deliver
      .attempt(job)
      .catch(onFault)
      .finally(() => {
        this.#slots.release(tenantId);
        this.#underWay.delete(attempt);
        if (!this.#ended) this.fill().catch(onFault);
      });
    this.#underWay.add(attempt);
  }
}
