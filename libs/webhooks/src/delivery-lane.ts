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
  /** Called when an attempt could not be made or recorded; its job comes again. */
  readonly onFault: (fault: unknown) => void;
}

/** Gives each free slot the next delivery that is due: no attempt waits for another. */
export class DeliveryLane {
  readonly #slots: Slots;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<number> | null = null;
  /** Since the last look at what is due, a slot may have become free, or a delivery due. */
  #asked = false;
  #ended = false;

  constructor(
    private readonly lane: Lane,
    private readonly parts: DeliveryLaneParts,
  ) {
    this.#slots = new Slots(parts.slots);
  }

  /** Returns when no slot is free or nothing is due; it does not wait for arrival. @returns how many were begun */
  async fill(): Promise<number> {
    this.#asked = true;
    this.#filling ??= this.begin().finally(() => {
      this.#filling = null;
      // Asked for after its last look: nothing else might ask again.
      if (this.#asked && !this.#ended) this.fill().catch(this.parts.onFault);
    });
    return await this.#filling;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Takes no more; running attempts are finished. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled([this.#filling]);
    await this.settled();
  }

  private async begin(): Promise<number> {
    let begun = 0;
    while (this.#asked && !this.#ended) {
      this.#asked = false;
      const jobs = this.#slots.free > 0 ? await this.next() : [];
      for (const job of jobs) this.start(job);
      begun += jobs.length;
      // Until nothing is due that may have a slot.
      if (jobs.length > 0) this.#asked = true;
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
