import { Logger } from '@nestjs/common';
import { DeliveryLane, type DeliveryLaneParts, type Lane, type RelayEvents } from '#libs/webhooks';
import { LastingFault } from '../logging/lasting-fault.js';

/** Attempts of a lane under way in one replica. */
const SLOTS = 48;

/** A lane in this process. Relay and deliveries wait neither for each other nor for an attempt. */
export class LaneWork {
  readonly #deliveries: DeliveryLane;
  readonly #cannotRelay: LastingFault;
  readonly #cannotDeliver: LastingFault;
  readonly #cannotAttempt: LastingFault;
  #relaying: Promise<void> | null = null;
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
    this.#relaying ??= this.#cannotRelay
      .within(async () => {
        let more = true;
        while (more && !this.#ending) more = await this.relaySome();
      })
      .finally(() => {
        this.#relaying = null;
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

  /** Attempts under way are finished. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all([this.#relaying, this.#deliveries.end()]);
  }
}
