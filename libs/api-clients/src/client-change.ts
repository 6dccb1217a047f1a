import { PinwardError } from '#libs/errors';
import type { ApiClient } from './api-client.js';
import { areCovered } from './covered-ranges.js';
import { isOperator, knownScopes, rateFaults, readAddresses, scopeFaults, type Fault } from './new-client.js';
import type { ClientPolicy } from './policy.js';
import type { Scope } from './scopes.js';

/** What is agreed with a client, and can be changed. */
export type Agreement = Pick<ApiClient, 'scopes' | 'allowedAddresses' | 'requestsPerMinute'>;

/** What is to be otherwise, as the caller describes it, unchecked; an absent member stays. */
export interface ChangeAsked {
  readonly scopes?: readonly string[] | undefined;
  /** None: from anywhere, which production refuses. */
  readonly allowedAddresses?: readonly string[] | undefined;
  /** Null: the service's own limit. */
  readonly requestsPerMinute?: number | null | undefined;
}

/** A change as it was asked for: it is made on a client that is still as before, and on no other. */
export interface ClientChange {
  readonly clientId: string;
  readonly person: string | null;
  readonly before: Agreement;
  readonly after: Agreement;
}

/** What a client could do after a change and not before: it makes power, so it may take two persons. */
export interface Gain {
  readonly scopes: readonly Scope[];
  readonly addresses: boolean;
  readonly rate: boolean;
}

type Member = keyof Agreement;

/** @throws PinwardError REQUEST_INVALID that names every fault at once; also for a change that changes nothing */
export function planChange(client: ApiClient, asked: ChangeAsked, policy: ClientPolicy): ClientChange {
  const before = agreementOf(client);
  const { allowedAddresses, faults } =
    asked.allowedAddresses === undefined
      ? { ...before, faults: [] }
      : readAddresses(asked.allowedAddresses, policy);
  const requestsPerMinute =
    asked.requestsPerMinute === undefined ? before.requestsPerMinute : asked.requestsPerMinute;
  const errors = [
    ...(asked.scopes === undefined ? [] : faultsOfScopes(client, asked.scopes)),
    ...faults,
    ...rateFaults(requestsPerMinute),
  ];
  if (errors.length > 0) throw new PinwardError('REQUEST_INVALID', { errors });
  const scopes = asked.scopes === undefined ? before.scopes : knownScopes(asked.scopes);
  const after = { scopes, allowedAddresses, requestsPerMinute };
  if (changedMembers(before, after).length === 0) {
    const nothing = { pointer: '', detail: 'changes nothing: the client is like that already' };
    throw new PinwardError('REQUEST_INVALID', { errors: [nothing] });
  }
  return { clientId: client.clientId, person: client.person, before, after };
}

export function agreementOf({ scopes, allowedAddresses, requestsPerMinute }: Agreement): Agreement {
  return { scopes, allowedAddresses, requestsPerMinute };
}

/** In the order of the contract; the order of ranges means nothing. */
export function changedMembers(before: Agreement, after: Agreement): readonly Member[] {
  const differs: Readonly<Record<Member, boolean>> = {
    scopes: !haveSame(before.scopes, after.scopes),
    allowedAddresses: !haveSame(before.allowedAddresses, after.allowedAddresses),
    requestsPerMinute: before.requestsPerMinute !== after.requestsPerMinute,
  };
  return (Object.keys(differs) as Member[]).filter((member) => differs[member]);
}

/** @returns null for a change that only takes power away */
export function gainOf(
  { before, after }: Pick<ClientChange, 'before' | 'after'>,
  policy: ClientPolicy,
): Gain | null {
  const gain = {
    scopes: after.scopes.filter((scope) => !before.scopes.includes(scope)),
    addresses: !isNarrower(before.allowedAddresses, after.allowedAddresses, policy),
    rate: isFaster(before.requestsPerMinute, after.requestsPerMinute, policy),
  };
  return gain.scopes.length > 0 || gain.addresses || gain.rate ? gain : null;
}

/** Where a client without addresses cannot call at all, its first ones are a gain. */
function isNarrower(before: readonly string[], after: readonly string[], policy: ClientPolicy): boolean {
  if (before.length === 0 && !policy.allowAnyAddress) return after.length === 0;
  return areCovered(after, before);
}

/** What the service's own limit is may not be known: then a change from it, or to it, may be one to a higher rate. */
function isFaster(before: number | null, after: number | null, { requestsPerMinute }: ClientPolicy): boolean {
  if (before === after) return false;
  const [slower, faster] = [before ?? requestsPerMinute, after ?? requestsPerMinute];
  return slower === undefined || faster === undefined || faster > slower;
}

/** A client stays what it is: a program that serves cardholders, or an operator's own. */
function faultsOfScopes({ scopes: before }: ApiClient, given: readonly string[]): readonly Fault[] {
  const scopes = knownScopes(given);
  const faults = scopeFaults(given, scopes);
  if (faults.length > 0 || isOperator(scopes) === isOperator(before)) return faults;
  const kind = isOperator(before) ? 'operators' : 'card apps';
  return [{ pointer: '/scopes', detail: `must be scopes of ${kind}, as before` }];
}

function haveSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
