/** Every event of the HTTP contract. */
export const EVENT_TYPES = [
  'pin.set',
  'pin.changed',
  'pin.reset',
  'pin.locked',
  'pin.unlocked',
  'pin.try_failed',
  'pin.last_try',
  'card.revealed',
  'card.closed',
  'chip.update_pending',
  'chip.updated',
  'chip.update_failed',
  'client.secret_expiring',
  'client.created',
  'client.changed',
  'client.secret_rotated',
  'client.keys_rotated',
  'client.keys_expiring',
  'client.method_withdrawn',
  'client_demands.changed',
  'client.revoked',
  'person.created',
  'person.revoked',
  'webhook_endpoint.created',
  'webhook_endpoint.secret_rotated',
  'webhook_endpoint.deleted',
  'webhook_endpoint.test',
  'brake.pulled',
  'brake.released',
  'security.alarm',
  'approval.requested',
  'approval.decided',
  'otp.issued',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Carries a code. Only an endpoint that names it gets it, by its own lane, since after five minutes it is useless. */
export const SECRET_EVENT: EventType = 'otp.issued';

/** Sent when asked for, to one endpoint, whatever events that gets. */
export const TEST_EVENT: EventType = 'webhook_endpoint.test';

/** Two ways from the outbox to a receiver that share no relay, queue or slot: codes wait for no other event. */
export const LANES = ['codes', 'events'] as const;
export type Lane = (typeof LANES)[number];
