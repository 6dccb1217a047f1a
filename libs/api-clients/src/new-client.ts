import { PinwardError } from '#libs/errors';
import { holdsSecret } from '#libs/pan-mask';
import { isReservedClient } from '#libs/requests';
import { parseAddressRange } from './address-range.js';
import type { ApiClient } from './api-client.js';
import { personNameFault } from './person-name-fault.js';
import type { ClientPolicy } from './policy.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES, SCOPES, type Scope } from './scopes.js';

/** A new client as the caller describes it, unchecked. */
export interface NewClient {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly person?: string | null | undefined;
  readonly allowedAddresses?: readonly string[] | undefined;
  readonly requestsPerMinute?: number | null | undefined;
}

export type CheckedClient = Pick<
  ApiClient,
  'clientId' | 'scopes' | 'person' | 'allowedAddresses' | 'requestsPerMinute'
>;

export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

export const CLIENT_ID_PATTERN = /^[a-z0-9-]{3,64}$/;
/** Clients of the development set-up. Production does not start while one of them may still call. */
export const DEVELOPMENT_CLIENT_PREFIX = 'development-';
const MAX_RANGES = 64;
const MAX_REQUESTS_PER_MINUTE = 1_000_000;

export function isClientId(text: string): boolean {
  return CLIENT_ID_PATTERN.test(text);
}

/** @throws PinwardError REQUEST_INVALID that names every fault at once */
export function checkNewClient(client: NewClient, policy: ClientPolicy): CheckedClient {
  const { clientId, requestsPerMinute = null } = client;
  const person = client.person ?? null;
  const scopes = knownScopes(client.scopes);
  const { allowedAddresses, faults } = readAddresses(client.allowedAddresses ?? [], policy);
  const errors = [
    ...clientIdFaults(clientId),
    ...scopeFaults(client.scopes, scopes),
    ...personFaults(person, scopes),
    ...faults,
    ...rateFaults(requestsPerMinute),
  ];
  if (errors.length > 0) throw new PinwardError('REQUEST_INVALID', { errors });
  return { clientId, scopes, person, allowedAddresses, requestsPerMinute };
}

function clientIdFaults(clientId: string): Fault[] {
  const pointer = '/clientId';
  if (!isClientId(clientId)) return [{ pointer, detail: 'must be 3 to 64 of a-z, 0-9 and -' }];
  if (holdsSecret(clientId)) return [{ pointer, detail: 'looks like a card number: use another name' }];
  return isReservedClient(clientId) ? [{ pointer, detail: 'is reserved' }] : [];
}

/** Each once, in the order of the contract. */
export function knownScopes(given: readonly string[]): readonly Scope[] {
  return SCOPES.filter((scope) => given.includes(scope));
}

export function scopeFaults(given: readonly string[], known: readonly Scope[]): Fault[] {
  const unknown = given.findIndex((scope) => !known.some((one) => one === scope));
  if (unknown >= 0) return [{ pointer: `/scopes/${unknown}`, detail: 'is not a scope' }];
  if (known.length === 0) return [{ pointer: '/scopes', detail: 'must name at least one scope' }];
  return isOperator(known) && known.some((scope) => among(CARD_APP_SCOPES, scope))
    ? [{ pointer: '/scopes', detail: 'must not mix scopes of card apps with scopes of operators' }]
    : [];
}

/** Approvals compare persons, so an operator's client without a person could approve its own requests. */
function personFaults(person: string | null, scopes: readonly Scope[]): Fault[] {
  const pointer = '/person';
  if (!isOperator(scopes)) return person === null ? [] : [{ pointer, detail: 'is for operators alone' }];
  if (person === null) return [{ pointer, detail: 'must name the person behind an operator' }];
  const detail = personNameFault(person);
  return detail === null ? [] : [{ pointer, detail }];
}

/** In canonical form, each once; or what is wrong with which. */
export function readAddresses(
  given: readonly string[],
  policy: Pick<ClientPolicy, 'allowAnyAddress'>,
): { readonly allowedAddresses: readonly string[]; readonly faults: readonly Fault[] } {
  const ranges = given.map((text) => parseAddressRange(text));
  const allowedAddresses = [
    ...new Set(ranges.flatMap((parsed) => ('range' in parsed ? [parsed.range] : []))),
  ];
  const faults = ranges.flatMap((parsed, index) =>
    'fault' in parsed ? [{ pointer: `/allowedAddresses/${index}`, detail: parsed.fault }] : [],
  );
  return { allowedAddresses, faults: faults.length > 0 ? faults : allowlistFaults(allowedAddresses, policy) };
}

function allowlistFaults(
  ranges: readonly string[],
  { allowAnyAddress }: Pick<ClientPolicy, 'allowAnyAddress'>,
): Fault[] {
  const pointer = '/allowedAddresses';
  if (ranges.length > MAX_RANGES) return [{ pointer, detail: `must not have more than ${MAX_RANGES}` }];
  if (allowAnyAddress) return [];
  if (ranges.length === 0) return [{ pointer, detail: 'must not be empty in production' }];
  return ranges.some((range) => range.endsWith('/0'))
    ? [{ pointer, detail: 'must not hold every address in production' }]
    : [];
}

export function rateFaults(rate: number | null): Fault[] {
  if (rate === null || (Number.isInteger(rate) && rate >= 1 && rate <= MAX_REQUESTS_PER_MINUTE)) return [];
  return [
    { pointer: '/requestsPerMinute', detail: `must be a whole number, 1 to ${MAX_REQUESTS_PER_MINUTE}` },
  ];
}

export function isOperator(scopes: readonly Scope[]): boolean {
  return scopes.some((scope) => among(OPERATOR_SCOPES, scope));
}

function among(kind: readonly Scope[], scope: Scope): boolean {
  return kind.includes(scope);
}
