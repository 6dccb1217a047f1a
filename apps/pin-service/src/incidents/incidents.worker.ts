import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { IncidentWork } from '#libs/incidents';
import { LastingFault } from '../logging/lasting-fault.js';

const LOOK_EVERY_MS = 500;
const LAPSE_EVERY_MS = 60_000;

/** Carries incidents on. Replicas share the work; another one does what one leaves undone. */
@Injectable()
export class IncidentsWorker implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Incidents');
  private readonly fault = new LastingFault(this.logger, 'incidents cannot be carried on now; tried again');
  private readonly cannotLapse = new LastingFault(this.logger, 'old previews cannot be ended now');
  private ending = false;

  constructor(private readonly work: IncidentWork) {}

  @Interval(LOOK_EVERY_MS)
  carryOn(): void {
    if (this.ending) return;
    void this.fault.alone(async () => {
      let more = true;
      while (more && !this.ending) more = await this.work.step();
    });
  }

  @Interval(LAPSE_EVERY_MS)
  async lapse(): Promise<void> {
    if (!this.ending) await this.cannotLapse.within(() => this.work.lapse());
  }

  /** The step under way ends: the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.fault.settled();
  }
}
