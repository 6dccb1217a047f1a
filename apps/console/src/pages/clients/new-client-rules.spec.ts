import { describe, expect, it } from 'vitest';
import { keysOf } from './key-rules.js';
import { clientOf, type ClientFields } from './new-client-rules.js';

const FIELDS: ClientFields = {
  clientId: ' card-backend ',
  kind: 'card-app',
  scopes: ['pin:validate', 'pin:set', 'ops:clients'],
  person: 'Ada Lovelace',
  addresses: '203.0.113.16/28\n\n 2001:db8:1::/48 ',
  rate: '600',
  proof: 'secret',
  keys: '',
};

describe('a new client', () => {
  it('has what was typed, and no scope or person of the other kind', () => {
    expect(clientOf(FIELDS)).toEqual({
      client: {
        clientId: 'card-backend',
        scopes: ['pin:set', 'pin:validate'],
        allowedAddresses: ['203.0.113.16/28', '2001:db8:1::/48'],
        requestsPerMinute: 600,
      },
    });
    const operator = clientOf({ ...FIELDS, kind: 'operator', addresses: '', rate: '' });
    expect(operator).toEqual({
      client: { clientId: 'card-backend', scopes: ['ops:clients'], person: 'Ada Lovelace' },
    });
  });

  it.each([
    ['clientId', { clientId: 'Card' }],
    ['clientId', { clientId: 'ab' }],
    ['scopes', { scopes: ['ops:read'] }],
    ['person', { kind: 'operator' as const, person: ' ' }],
    ['addresses', { addresses: '203.0.113.16/28\nours.example' }],
    ['rate', { rate: '0' }],
    ['rate', { rate: '1.5' }],
    ['keys', { proof: 'jwks' as const, keys: '' }],
  ])('is refused for its %s: %j', (name, change) => {
    const answer = clientOf({ ...FIELDS, ...change });
    expect('faults' in answer && Object.keys(answer.faults)).toEqual([name]);
  });
});

describe('keys of a client', () => {
  const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: '2026-11' };
  const pem = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----';

  it('are a set, a URL or certificates', () => {
    expect(keysOf('jwks', JSON.stringify({ keys: [jwk] }))).toEqual({ keys: { jwks: { keys: [jwk] } } });
    expect(keysOf('jwks', JSON.stringify(jwk))).toEqual({ keys: { jwks: { keys: [jwk] } } });
    expect(keysOf('jwks-uri', ' https://a.example/jwks.json ')).toEqual({
      keys: { jwksUri: 'https://a.example/jwks.json' },
    });
    expect(keysOf('certificates', `${pem}\n${pem}\n`)).toEqual({ keys: { certificates: [pem, pem] } });
  });

  it.each([
    ['jwks', JSON.stringify({ keys: [{ ...jwk, d: 'secret' }] }), /private key/],
    ['jwks', JSON.stringify({ kty: 'oct', k: 'secret' }), /private key/],
    ['certificates', `-----BEGIN EC PRIVATE KEY-----\n${pem}`, /private key/],
    ['jwks', '{"keys":[]}', /JWK set/],
    ['jwks', '[1]', /JWK set/],
    ['jwks-uri', 'http://a.example', /https/],
    ['certificates', 'TUlJ', /PEM/],
  ] as const)('are refused: %s %j', (kind, text, words) => {
    const answer = keysOf(kind, text);
    expect('fault' in answer && answer.fault).toMatch(words);
  });
});
