import { body, operation, outcome } from '../calls/operation.js';
import type { ApprovalRequested, Page, PageOf } from './lists.js';

/** docs/webhooks.md says what each means. */
export type EventType =
  | 'pin.set'
  | 'pin.changed'
  | 'pin.reset'
  | 'pin.locked'
  | 'pin.unlocked'
  | 'pin.try_failed'
  | 'pin.last_try'
  | 'card.revealed'
  | 'card.closed'
  | 'chip.update_pending'
  | 'chip.updated'
  | 'chip.update_failed'
  | 'client.secret_expiring'
  | 'client.created'
  | 'client.changed'
  | 'client.secret_rotated'
  | 'client.keys_rotated'
  | 'client.keys_expiring'
  | 'client.method_withdrawn'
  | 'client_demands.changed'
  | 'client.revoked'
  | 'person.created'
  | 'person.revoked'
  | 'webhook_endpoint.created'
  | 'webhook_endpoint.secret_rotated'
  | 'webhook_endpoint.deleted'
  | 'webhook_endpoint.test'
  | 'brake.pulled'
  | 'brake.released'
  | 'security.alarm'
  | 'approval.requested'
  | 'approval.decided'
  | 'otp.issued';

/** Times are RFC 3339 in UTC. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  /** Absent: all but `otp.issued`. */
  readonly events?: readonly EventType[] | undefined;
  readonly status: 'active' | 'paused';
  readonly createdAt: string;
  readonly failingSince?: string | undefined;
  readonly pausedAt?: string | undefined;
  /** The secret before signs as well until then. */
  readonly previousSecretExpiresAt?: string | undefined;
}

/** The ranges that events come from, in CIDR notation. */
export interface FromAddresses {
  readonly sourceAddresses: readonly string[];
}

export interface WebhookEndpointWithSecret extends WebhookEndpoint {
  /** "whsec_…", shown this once; `verifyWebhook` takes it. */
  readonly secret: string;
  /** The ranges that events come from. */
  readonly sourceAddresses?: readonly string[] | undefined;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'expired' | 'cancelled';

export interface WebhookDelivery {
  readonly deliveryId: string;
  readonly type: EventType;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: string;
  readonly lastAttemptAt?: string | undefined;
  readonly lastOutcome?: string | undefined;
  readonly endedAt?: string | undefined;
}

export interface PendingDelivery {
  readonly deliveryId: string;
  readonly status: 'pending';
}

/** Why, where another person may have to approve. */
export interface ForApproval {
  /** 5 to 200 characters. */
  readonly reason?: string;
}

export interface CreateEndpoint extends ForApproval {
  /** HTTPS. */
  readonly url: string;
  /** Default: all but `otp.issued`. */
  readonly events?: readonly EventType[];
}

/** On the operators' listener, with the scope `webhooks:manage`. */
export const WEBHOOK_OPERATIONS = {
  /**
   * Registers a receiver of events. One that gets codes may take a second person (`APPROVAL_REQUESTED`).
   *
   * @throws PinwardError WEBHOOK_ENDPOINT_LIMIT
   */
  createWebhookEndpoint: operation<CreateEndpoint>()('POST /v1/webhook-endpoints', {
    answers: {
      201: outcome('CREATED', body<WebhookEndpointWithSecret>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Oldest first. */
  listWebhookEndpoints: operation<PageOf>()('GET /v1/webhook-endpoints', {
    answers: { 200: body<Page<WebhookEndpoint> & FromAddresses> },
  }),
  readWebhookEndpoint: operation()('GET /v1/webhook-endpoints/{endpointId}', {
    answers: { 200: body<WebhookEndpoint & FromAddresses> },
  }),
  /** What waits for it is cancelled. */
  deleteWebhookEndpoint: operation()('DELETE /v1/webhook-endpoints/{endpointId}', {
    answers: { 200: body<{ readonly endpointId: string; readonly status: 'deleted' }> },
  }),
  /** Gives it another secret; both sign for the overlap. A repetition is refused: REQUEST_NOT_REPLAYABLE. */
  rotateWebhookSecret: operation<ForApproval>()('POST /v1/webhook-endpoints/{endpointId}/rotate-secret', {
    answers: {
      201: outcome('ROTATED', body<WebhookEndpointWithSecret>),
      202: outcome('APPROVAL_REQUESTED', body<ApprovalRequested>),
    },
  }),
  /** Delivers again to an endpoint that was paused after many failures. */
  resumeWebhookEndpoint: operation()('POST /v1/webhook-endpoints/{endpointId}/resume', {
    answers: { 200: body<WebhookEndpoint> },
  }),
  listWebhookDeliveries: operation<PageOf & { readonly status?: DeliveryStatus }>()(
    'GET /v1/webhook-endpoints/{endpointId}/deliveries',
    { answers: { 200: body<Page<WebhookDelivery>> } },
  ),
  /** Delivers the same event once more. @throws PinwardError DELIVERY_NOT_REPEATABLE */
  redeliverWebhook: operation()('POST /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver', {
    answers: { 202: body<PendingDelivery> },
  }),
  /** Sends a `webhook_endpoint.test` to this endpoint alone, whatever events it gets; ten a minute and client. */
  testWebhookEndpoint: operation()('POST /v1/webhook-endpoints/{endpointId}/test', {
    answers: { 202: body<PendingDelivery> },
  }),
};
