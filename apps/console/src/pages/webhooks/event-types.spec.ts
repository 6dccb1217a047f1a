import { describe, expect, it } from 'vitest';
import contract from '../../../../../docs/openapi/operators.json';
import { EVENT_TYPES, eventTypesIn, faultOfUrl } from './event-types.js';

describe('events of an endpoint', () => {
  it('are those that the contract lets choose, but for the test', () => {
    const known = contract.components.schemas.CreateWebhookEndpoint.properties.events.items.enum;
    const offered = EVENT_TYPES.map(([type]) => type);
    expect(offered.toSorted()).toEqual(known.filter((type) => type !== 'webhook_endpoint.test').toSorted());
  });

  it('are kept in one order, and what is none is passed over', () => {
    expect(eventTypesIn(['pin.locked', 'x', 'pin.set'])).toEqual(['pin.set', 'pin.locked']);
  });
});

describe('the address of a receiver', () => {
  it.each(['https://receiver.example/events', ' https://receiver.example:8443/ '])('may be %j', (url) =>
    expect(faultOfUrl(url)).toBeNull(),
  );

  it.each(['', 'receiver.example', 'http://receiver.example/', 'https://user:pass@receiver.example/'])(
    'is refused: %j',
    (url) => expect(faultOfUrl(url)).not.toBeNull(),
  );
});
