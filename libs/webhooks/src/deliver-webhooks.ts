import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, WebhookEndpointEntity } from '#libs/database';
import { HsmFault, isGivenUp, SealBroken, type PinHsm } from '#libs/hsm';
import { openCode } from '#libs/otp';
import type { SecretText } from '#libs/secret-text';
import type { DeliveryJobs, TakenJob } from './delivery-jobs.js';
import { SECRET_EVENT, type Lane } from './event-types.js';
import {
  eraseCode,
  dueDelivery,
  recordAttempt,
  validSecrets,
  type DueDelivery,
} from './persistence/deliveries.js';
import { send, type Outcome, type Receiver } from './receiver/send.js';
import { signedHeaders } from './signatures.js';
import { openSecret } from './webhook-secret.js';

const HOUR_MS = 3_600_000;

interface DeliveryPolicy {
  /** After so long without success a delivery is dead. */
  readonly hours: number;
  /** An endpoint that has taken nothing for so long is paused. */
  readonly pauseAfterHours: number;
  readonly guideHeader: string;
}

export interface Undelivered {
  readonly lane: Lane;
  readonly tenantId: string;
  readonly endpointId: string;
  /** `HTTP 503` or a word of a closed set; `HSM_UNAVAILABLE`: nothing was sent; `DEAD`, `EXPIRED`: given up. */
  readonly reason: string;
  /** The cause, if there is one: errno, TLS code, or the HSM's message. */
  readonly cause: string | null;
}

export interface DeliverWebhooksParts {
  readonly dataSource: DataSource;
  readonly hsm: PinHsm;
  readonly jobs: DeliveryJobs;
  readonly receiver: Receiver;
  readonly policy: DeliveryPolicy;
  /** Called at once for each attempt that did not arrive. Of a receiver's answer it gets only the status. */
  readonly onUndelivered?: (undelivered: Undelivered) => void;
  /** Called when an endpoint is paused. */
  readonly onPaused: (endpoint: { readonly tenantId: string; readonly endpointId: string }) => void;
  readonly now: () => Date;
}

/** What happens to a job next. */
type Next = { readonly end: Parameters<typeof recordAttempt>[2] } | { readonly postpone: string | null };

/** Makes one attempt at a delivery that is due. */
export class DeliverWebhooks {
  constructor(private readonly parts: DeliverWebhooksParts) {}

  /** @throws PinwardError DATABASE_UNAVAILABLE, INTERNAL: another worker gets the job when its time is over */
  async attempt(job: TakenJob): Promise<void> {
    const { dataSource, jobs } = this.parts;
    const delivery = await dueDelivery(dataSource.manager, job.data);
    // 1. A delivery that has ended needs no attempt.
    if (delivery === null || delivery.status !== 'pending')
      return await inTransaction(dataSource, (manager) => jobs.end(manager, job));
    const over = this.isOver(delivery);
    if (over !== null) {
      if (over.status !== 'cancelled') this.tell(delivery, over.status.toUpperCase());
      return await this.record(job, delivery, { end: over });
    }
    if (delivery.paused) return await this.record(job, delivery, { postpone: null });
    // 2. Sign and send.
    const outcome = await this.send(delivery);
    // 3. Ended or postponed, with the job.
    if (outcome instanceof SealBroken) {
      this.tell(delivery, 'SEAL_BROKEN');
      // This does not pass by itself, and is not the receiver's fault.
      return await this.record(job, delivery, { end: { status: 'dead', word: 'SEAL_BROKEN' } });
    }
    if (outcome instanceof HsmFault) {
      this.tell(delivery, 'HSM_UNAVAILABLE', outcome.message);
      return await this.record(job, delivery, { postpone: null });
    }
    if (outcome.kind !== 'taken')
      this.tell(delivery, outcome.word, 'cause' in outcome ? outcome.cause : null);
    await this.record(job, delivery, nextAfter(outcome), outcome);
  }

  private isOver({ deleted, createdAt, event }: DueDelivery): Parameters<typeof recordAttempt>[2] | null {
    const now = this.parts.now();
    if (deleted) return { status: 'cancelled', word: null };
    const codeIsGone = event.sealedFor !== null && event.sealed === null;
    if (event.expiresAt.hasCome(now) || codeIsGone) return { status: 'expired', word: null };
    const hours = (now.getTime() - createdAt.getTime()) / HOUR_MS;
    return hours >= this.parts.policy.hours ? { status: 'dead', word: null } : null;
  }

  private tell(
    { tenantId, endpointId, event }: DueDelivery,
    reason: string,
    cause: string | null = null,
  ): void {
    const lane = event.type === SECRET_EVENT ? 'codes' : 'events';
    this.parts.onUndelivered?.({ lane, tenantId, endpointId, reason, cause });
  }

  /** An HSM that is away is a fault of its own: it is not the receiver's. */
  private async send(delivery: DueDelivery): Promise<Outcome | HsmFault> {
    const { receiver, policy, now } = this.parts;
    try {
      const [secrets, body] = await Promise.all([this.secretsOf(delivery), this.bodyOf(delivery)]);
      const { deliveryId: id, attempts: attempt, url } = delivery;
      const headers = signedHeaders({
        id,
        at: now(),
        body,
        secrets,
        attempt,
        guideHeader: policy.guideHeader,
      });
      return await send({ url, headers, body }, receiver);
    } catch (fault) {
      if (fault instanceof HsmFault) return fault;
      throw fault;
    }
  }

  private async secretsOf(delivery: DueDelivery): Promise<SecretText[]> {
    const { dataSource, hsm } = this.parts;
    const sealed = await validSecrets(dataSource.manager, delivery, this.parts.now());
    // Under a key that was given up: an operator gives the receiver another secret, and nothing is sent unsigned.
    const keys = hsm.registeredKeys();
    const held = sealed.filter(({ generation }) => !isGivenUp(keys, { kind: 'secrets', generation }));
    if (held.length === 0) throw new SealBroken('no secret of this endpoint opens any more: rotate it');
    return await Promise.all(held.map((secret) => openSecret(hsm, delivery, secret)));
  }

  /** The bytes of JSON.stringify, so that a receiver who parses and writes them again gets the same. */
  private async bodyOf({ tenantId, event }: DueDelivery): Promise<string> {
    const data = JSON.parse(event.data) as Record<string, unknown>;
    if (event.sealed !== null && event.sealedFor !== null) {
      const code = await openCode(this.parts.hsm, event.sealed, { tenantId, otpId: event.sealedFor });
      data['code'] = code.reveal();
    }
    const { type, occurredAt } = event;
    return JSON.stringify({ type, timestamp: occurredAt.toISOString(), tenant: tenantId, data });
  }

  private async record(
    job: TakenJob,
    delivery: DueDelivery,
    next: Next,
    outcome: Outcome | null = null,
  ): Promise<void> {
    const { dataSource, jobs } = this.parts;
    const paused = await inTransaction(dataSource, async (manager) => {
      const pausedNow = outcome !== null && (await this.recordEndpoint(manager, delivery, outcome));
      if ('end' in next) {
        await recordAttempt(manager, delivery, next.end);
        if (delivery.event.sealedFor !== null) await eraseCode(manager, delivery);
        await jobs.end(manager, job);
      } else {
        await recordAttempt(manager, delivery, { status: 'pending', word: next.postpone });
        await jobs.postpone(manager, job);
      }
      return pausedNow;
    });
    if (paused) this.parts.onPaused(delivery);
  }

  /** Whether this pauses the endpoint. */
  private async recordEndpoint(
    manager: EntityManager,
    { tenantId, endpointId, failingSince }: DueDelivery,
    outcome: Outcome,
  ): Promise<boolean> {
    const endpoint = { tenantId, endpointId };
    if (outcome.kind === 'taken') {
      if (failingSince !== null)
        await manager.update(WebhookEndpointEntity, endpoint, { failingSince: null });
      return false;
    }
    const now = this.parts.now();
    const since = failingSince ?? now;
    const pause =
      outcome.kind === 'gone' ||
      now.getTime() - since.getTime() >= this.parts.policy.pauseAfterHours * HOUR_MS;
    if (failingSince === null) await manager.update(WebhookEndpointEntity, endpoint, { failingSince: now });
    if (pause) await manager.update(WebhookEndpointEntity, endpoint, { pausedAt: now });
    return pause;
  }
}

function nextAfter(outcome: Outcome): Next {
  return outcome.kind === 'taken'
    ? { end: { status: 'delivered', word: outcome.word } }
    : { postpone: outcome.word };
}
