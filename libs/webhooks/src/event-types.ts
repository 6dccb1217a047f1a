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
  'client.secret_rotated',
  'otp.issued',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Carries a code: only whoever names it gets it, as a job of its own, since it is worth nothing five minutes later. */
export const SECRET_EVENT: EventType = 'otp.issued';
