import { Logger } from '@nestjs/common';
import { DeliveryLane, type DeliveryLaneParts, type Lane, type RelayEvents } from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';

/** A replica's attempts under way in one lane. */
const SLOTS = 48;

/** A lane in this process. Relay and deliveries do not wait for each other, nor for an attempt. */
export class LaneWork {
  readonly #deliveries: DeliveryLane;
  readonly #cannotRelay: LastingFault;
  readonly #cannotDeliver: LastingFault;
  readonly #cannotAttempt: LastingFault;
  #ending = false;

  constructor(
    private readonly lane: Lane,
    private readonly relayEvents: RelayEvents,
    parts: Pick<DeliveryLaneParts, 'dataSource' | 'jobs' | 'deliver'>,
    private readonly onUnclaimed: (tenants: readonly string[]) => void,
  ) {
    const fault = (words: string) =>
      new LastingFault(new Logger('Webhooks'), `${lane}: ${words}; tried again`);
    this.#cannotRelay = fault('nothing can be relayed now');
    this.#cannotDeliver = fault('nothing can be delivered now');
    this.#cannotAttempt = fault('an attempt could not be made or written down');
    const onFault = (cause: unknown) => this.#cannotAttempt.tell(cause);
    this.#deliveries = new DeliveryLane(lane, { ...parts, slots: SLOTS, onFault });
  }

  relay(): void {
    void this.#cannotRelay.alone(async () => {
      let more = true;
      while (more && !this.#ending) more = await this.relaySome();
    });
  }

  private async relaySome(): Promise<boolean> {
    const { more, unclaimed } = await this.relayEvents.execute(this.lane);
    this.onUnclaimed(unclaimed);
    return more;
  }

  deliver(): void {
    void this.#cannotDeliver.within(async () => {
      if ((await this.#deliveries.fill()) > 0) this.#cannotAttempt.over();
    });
  }

  /** Running attempts are finished. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all([this.#cannotRelay.settled(), this.#deliveries.end()]);
  }
}
