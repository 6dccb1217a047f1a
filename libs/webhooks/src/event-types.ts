/** Every event of the HTTP contract. */
export const EVENT_TYPES = [
  'pin.set',
  'pin.changed',
  'pin.reset',
  'pin.locked',
  'pin.unlocked',
  'pin.try_failed',
  'card.revealed',
  'card.closed',
  'client.secret_expiring',
  'client.created',
  'client.secret_rotated',
  'client.revoked',
  'person.created',
  'person.revoked',
  'webhook_endpoint.created',
  'webhook_endpoint.secret_rotated',
  'webhook_endpoint.deleted',
  'brake.pulled',
  'brake.released',
  'approval.requested',
  'approval.decided',
  'otp.issued',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Carries a code: only an endpoint that names it gets it, by a lane of its own, since it is worth nothing five minutes later. */
export const SECRET_EVENT: EventType = 'otp.issued';

/** Two ways from the outbox to a receiver that share no relay, queue or slot: codes wait for no other event. */
export const LANES = ['codes', 'events'] as const;
export type Lane = (typeof LANES)[number];
