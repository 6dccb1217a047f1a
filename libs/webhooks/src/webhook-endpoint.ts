import type { SecretText } from '#libs/secret-text';
import { SECRET_EVENT, type EventType } from './event-types.js';

export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  /** Null: all but otp.issued. */
  readonly events: readonly EventType[] | null;
  readonly createdAt: Date;
  readonly failingSince: Date | null;
  readonly pausedAt: Date | null;
  /** For the secret that a rotation replaced; null when there is none. */
  readonly previousSecretExpiresAt: Date | null;
}

export interface NewEndpoint {
  readonly url: string;
  readonly events?: readonly EventType[] | undefined;
}

/** Whether it gets one-time passwords. Which events an endpoint gets never changes. */
export function carriesCodes({
  events,
}: {
  readonly events?: readonly EventType[] | null | undefined;
}): boolean {
  return events?.includes(SECRET_EVENT) ?? false;
}

/** Shown once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: SecretText;
}

export function endpointView(endpoint: WebhookEndpoint) {
  const { endpointId, url, events, createdAt, failingSince, pausedAt, previousSecretExpiresAt } = endpoint;
  return {
    endpointId,
    url,
    ...(events === null ? {} : { events }),
    status: pausedAt === null ? 'active' : 'paused',
    createdAt: createdAt.toISOString(),
    ...(failingSince === null ? {} : { failingSince: failingSince.toISOString() }),
    ...(pausedAt === null ? {} : { pausedAt: pausedAt.toISOString() }),
    ...(previousSecretExpiresAt === null
      ? {}
      : { previousSecretExpiresAt: previousSecretExpiresAt.toISOString() }),
  };
}
