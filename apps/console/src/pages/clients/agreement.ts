import type { Schemas } from '../../api/client.js';
import { areCovered } from './covered.js';

/** What is agreed with a client, and can be changed. A rate of null is the service's own. */
export interface Agreement {
  readonly scopes: readonly string[];
  readonly allowedAddresses: readonly string[];
  readonly requestsPerMinute: number | null;
}

export function agreementOf({
  scopes,
  allowedAddresses,
  requestsPerMinute,
}: Pick<Schemas['Client'], keyof Agreement>): Agreement {
  return { scopes, allowedAddresses, requestsPerMinute: requestsPerMinute ?? null };
}

/** Something of a list, and what becomes of it. */
export interface Entry {
  readonly value: string;
  readonly state: 'kept' | 'added' | 'removed' | 'narrower';
}

/** All that was, and all that will be. */
export function entriesOf(before: readonly string[], after: readonly string[]): readonly Entry[] {
  return [
    ...before.map((value): Entry => ({ value, state: after.includes(value) ? 'kept' : 'removed' })),
    ...after.filter((value) => !before.includes(value)).map((value): Entry => ({ value, state: 'added' })),
  ];
}

/** A range that is new but lies within those before gives nothing. */
export function addressEntries(before: readonly string[], after: readonly string[]): readonly Entry[] {
  return entriesOf(before, after).map((entry) =>
    entry.state === 'added' && areCovered([entry.value], before) === true
      ? { ...entry, state: 'narrower' }
      : entry,
  );
}

/** In what a client gets more, which takes two persons where the policy says so (docs/clients.md, "Changing"). */
export interface Gains {
  readonly scopes: readonly string[];
  /** Null: it is not known here, since a text is no range, or the service's own rate counts. */
  readonly addresses: boolean | null;
  readonly rate: boolean | null;
}

export function gainsOf(before: Agreement, after: Agreement): Gains {
  const covered = areCovered(after.allowedAddresses, before.allowedAddresses);
  return {
    scopes: after.scopes.filter((scope) => !before.scopes.includes(scope)),
    addresses: covered === null ? null : !covered,
    rate: isFaster(before.requestsPerMinute, after.requestsPerMinute),
  };
}

function isFaster(before: number | null, after: number | null): boolean | null {
  if (before === after) return false;
  return before === null || after === null ? null : after > before;
}

/** The agreements of an approval of the kind `client-change`; null where it says something else. */
export function agreementsIn(
  request: Readonly<Record<string, unknown>>,
): { readonly clientId: string; readonly before: Agreement; readonly after: Agreement } | null {
  const { clientId, before, after } = request;
  return typeof clientId === 'string' && isAgreement(before) && isAgreement(after)
    ? { clientId, before, after }
    : null;
}

function isAgreement(value: unknown): value is Agreement {
  if (typeof value !== 'object' || value === null) return false;
  const { scopes, allowedAddresses, requestsPerMinute } = value as Readonly<Record<string, unknown>>;
  return (
    isTexts(scopes) &&
    isTexts(allowedAddresses) &&
    (requestsPerMinute === null || typeof requestsPerMinute === 'number')
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
