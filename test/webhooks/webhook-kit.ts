import { CLOCK_OVERRIDE_SETTING, TestClock } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { PublicAddresses } from '#libs/outbound-https';
import {
  DeliverWebhooks,
  DeliveryJobs,
  DeliveryLane,
  LANES,
  RelayEvents,
  SendTestEvent,
  WebhookDeliveries,
  WebhookEndpoints,
  type EndpointWithSecret,
  type EventType,
  type Lane,
  type WebhookEndpointsParts,
} from '#libs/webhooks';
import { contextOf, openStore, type StoreUnderTest } from '../store/store-kit.js';
import { FakeHsm } from '../support/fake-hsm.js';
import { WebhookReceiver } from './receiver.js';

const GUIDE_HEADER = 'X-M2P-Signature';
export const HOUR_MS = 3_600_000;
export const SLOTS = 24;

/** Everything that one replica has; several share the database. */
export interface Replica {
  readonly relay: RelayEvents;
  readonly lanes: Readonly<Record<Lane, DeliveryLane>>;
  readonly jobs: DeliveryJobs;
}

/** Webhooks from the outbox to a receiver, on a clock that the test moves. */
export class WebhookKit implements AsyncDisposable {
  readonly paused: string[] = [];
  readonly faults: unknown[] = [];
  readonly #jobs: DeliveryJobs[] = [];

  private constructor(
    readonly rig: StoreUnderTest,
    readonly hsm: FakeHsm,
    readonly clock: TestClock,
    readonly receiver: WebhookReceiver,
    private readonly dataSource: DataSource,
    private readonly timeoutMs: number,
  ) {}

  static async open({ timeoutMs = 5_000 } = {}): Promise<WebhookKit> {
    const rig = await openStore();
    // The clock of the jobs is the test's in sessions that ask for it, which takes the owner's rights.
    const url = new URL(rig.database.ownerUrl);
    url.searchParams.set('options', `-c ${CLOCK_OVERRIDE_SETTING}=on`);
    const dataSource = await rig.database.open({ url: url.href, poolSize: 8 });
    const receiver = await WebhookReceiver.open();
    const hsm = await FakeHsm.open();
    return new WebhookKit(rig, hsm, new TestClock(), receiver, dataSource, timeoutMs);
  }

  readonly now = () => new Date(this.clock.now());

  async replica(addresses = new PublicAddresses(['127.0.0.0/8'])): Promise<Replica> {
    const { dataSource, hsm, now, clock, receiver, timeoutMs } = this;
    const jobs = new DeliveryJobs({ connectionString: this.rig.database.ownerUrl, clock }, () => undefined);
    await jobs.start();
    this.#jobs.push(jobs);
    const deliver = new DeliverWebhooks({
      dataSource,
      hsm,
      jobs,
      now,
      receiver: { addresses, timeoutMs, ca: receiver.ca },
      policy: { hours: 72, pauseAfterHours: 24, guideHeader: GUIDE_HEADER },
      onPaused: ({ endpointId }) => this.paused.push(endpointId),
    });
    const parts = {
      dataSource,
      jobs,
      deliver,
      slots: SLOTS,
      onFault: (fault: unknown) => this.faults.push(fault),
    };
    const lanes = { codes: new DeliveryLane('codes', parts), events: new DeliveryLane('events', parts) };
    return { jobs, relay: new RelayEvents(dataSource, jobs, false), lanes };
  }

  endpoints(options: Partial<Pick<WebhookEndpointsParts, 'ports' | 'endpointLimit'>> = {}): WebhookEndpoints {
    const { dataSource, hsm, now } = this;
    const addresses = new PublicAddresses(['127.0.0.0/8']);
    return new WebhookEndpoints({
      dataSource,
      hsm,
      addresses,
      secretOverlapHours: 24,
      now,
      ports: null,
      endpointLimit: 20,
      ...options,
    });
  }

  deliveries(jobs: DeliveryJobs): WebhookDeliveries {
    return new WebhookDeliveries(this.dataSource, jobs);
  }

  testEvents(jobs: DeliveryJobs): SendTestEvent {
    return new SendTestEvent(this.dataSource, jobs, this.now);
  }

  async subscribe(events?: readonly EventType[], url = this.receiver.url): Promise<EndpointWithSecret> {
    return await this.endpoints().create(contextOf({ path: '/v1/webhook-endpoints' }), { url, events });
  }

  /** Relays and delivers until nothing is due at this moment. */
  async drain({ relay, lanes }: Replica): Promise<void> {
    for (const lane of LANES) {
      while ((await relay.execute(lane)).more);
      let begun: number;
      do {
        begun = await lanes[lane].fill();
        await lanes[lane].settled();
      } while (begun > 0);
    }
    if (this.faults.length > 0) throw new AggregateError(this.faults, 'attempts could not be made');
  }

  /** What the receiver got, as card and type. */
  got(): { readonly cardId: string; readonly type: string }[] {
    return this.receiver.received.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { cardId: string } };
      return { cardId: data.cardId, type };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const jobs of this.#jobs) await jobs.stop();
    await this.receiver[Symbol.asyncDispose]();
    await this.rig[Symbol.asyncDispose]();
  }
}
