import type { Schemas } from '../../api/client.js';

type EventType = Schemas['Delivery']['type'];

/** What each event tells of (docs/webhooks.md), in the order in which they are offered. */
const WORDS: Readonly<Record<EventType, string>> = {
  'pin.set': 'a first PIN was set',
  'pin.changed': 'a PIN was changed',
  'pin.reset': 'a PIN was reset',
  'pin.try_failed': 'a wrong PIN',
  'pin.last_try': 'one try is left',
  'pin.locked': 'no tries are left',
  'pin.unlocked': 'an operator gave tries back',
  'card.revealed': 'card data were shown',
  'card.closed': 'a card is closed',
  'chip.update_pending': 'a chip is to be told something',
  'chip.updated': 'a chip was told',
  'chip.update_failed': 'telling a chip failed',
  'otp.issued': 'a one-time password, with its code',
  'client.created': 'a client is there',
  'client.changed': 'something else is agreed with a client',
  'client.revoked': 'a client was ended',
  'client.secret_expiring': 'a client’s secret is to be rotated',
  'client.secret_rotated': 'a client has a new secret',
  'client.keys_expiring': 'a client’s keys are to be changed',
  'client.keys_rotated': 'a client has other keys',
  'client.method_withdrawn': 'a client proves itself in one way less',
  'client_demands.changed': 'something else is demanded of clients',
  'person.created': 'a person was registered',
  'person.revoked': 'a person was ended',
  'webhook_endpoint.created': 'events go to another address',
  'webhook_endpoint.deleted': 'events go to an address no longer',
  'webhook_endpoint.secret_rotated': 'an endpoint has a new secret',
  'webhook_endpoint.test': 'somebody asked for a test',
  'approval.requested': 'something waits for a second person',
  'approval.decided': 'a person has decided',
  'brake.pulled': 'operators have stopped something',
  'brake.released': 'what was stopped goes on',
  'security.alarm': 'far more wrong PINs, locks or refusals than usual',
};

/** Types and their words. `webhook_endpoint.test` goes to whoever asks for it, so it is not chosen. */
export const EVENT_TYPES = Object.entries(WORDS).filter(
  ([type]) => type !== 'webhook_endpoint.test',
) as readonly (readonly [type: EventType, words: string])[];

/** The types among these texts. */
export function eventTypesIn(texts: readonly string[]): EventType[] {
  return EVENT_TYPES.map(([type]) => type).filter((type) => texts.includes(type));
}

/** What is wrong with the address of a receiver, in words, or null; the service judges where it leads. */
export function faultOfUrl(url: string): string | null {
  const address = URL.canParse(url.trim()) ? new URL(url.trim()) : null;
  if (address?.protocol !== 'https:') return 'An address that begins with https://.';
  return address.username !== '' || address.password !== ''
    ? 'An address without a name and a password.'
    : null;
}
