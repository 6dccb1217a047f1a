import type { Schemas } from '../../api/client.js';
import { given } from '../../search.js';
import { keysOf, type KeyKind } from './key-rules.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from './scope-words.js';

type ClientKind = 'card-app' | 'operator';

/** What is typed. */
export interface ClientFields {
  readonly clientId: string;
  readonly kind: ClientKind;
  readonly scopes: readonly string[];
  readonly person: string;
  readonly addresses: string;
  readonly rate: string;
  readonly proof: 'secret' | KeyKind;
  readonly keys: string;
}

export type ClientFaults = { readonly [Name in keyof ClientFields]?: string };

/** The client as it is sent, without the reason; or what is wrong with which field. The service judges the rest. */
export function clientOf(
  fields: ClientFields,
): { readonly client: Omit<Schemas['CreateClient'], 'reason'> } | { readonly faults: ClientFaults } {
  const clientId = fields.clientId.trim();
  const known = fields.kind === 'operator' ? OPERATOR_SCOPES : CARD_APP_SCOPES;
  const scopes = known.map(([scope]) => scope).filter((scope) => fields.scopes.includes(scope));
  const allowedAddresses = rangesOf(fields.addresses);
  const rate = fields.rate.trim();
  const person = fields.kind === 'operator' ? fields.person.trim() : '';
  const keys = fields.proof === 'secret' ? null : keysOf(fields.proof, fields.keys);
  const faults = given({
    clientId: /^[a-z0-9-]{3,64}$/.test(clientId) ? undefined : 'From 3 to 64 of a to z, 0 to 9 and -.',
    scopes: scopes.length === 0 ? 'Choose what it may do.' : undefined,
    person: fields.kind === 'operator' && person === '' ? 'Name a registered person.' : undefined,
    addresses: faultOfRanges(allowedAddresses),
    rate: faultOfRate(rate),
    keys: keys !== null && 'fault' in keys ? keys.fault : undefined,
  });
  if (Object.keys(faults).length > 0) return { faults };
  return {
    client: {
      clientId,
      scopes,
      ...given({
        person,
        allowedAddresses: allowedAddresses.length === 0 ? undefined : allowedAddresses,
        requestsPerMinute: rate === '' ? undefined : Number(rate),
        keys: keys !== null && 'keys' in keys ? keys.keys : undefined,
      }),
    },
  };
}

/** Ranges, one a line. */
export function rangesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function faultOfRanges(ranges: readonly string[]): string | undefined {
  const wrong = ranges.findIndex((range) => !/^[0-9a-f:.]{2,45}(?:\/\d{1,3})?$/i.test(range));
  if (wrong >= 0) return `Line ${wrong + 1} is no address range, such as 203.0.113.16/28.`;
  return ranges.length > 64 ? 'No more than 64 ranges.' : undefined;
}

/** @param rate trimmed; nothing is the service's own */
export function faultOfRate(rate: string): string | undefined {
  return /^(?:[1-9]\d{0,6})?$/.test(rate) ? undefined : 'A whole number, or nothing.';
}
