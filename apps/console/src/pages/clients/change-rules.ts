import type { Schemas } from '../../api/client.js';
import { given } from '../../search.js';
import { entriesOf, type Agreement } from './agreement.js';
import { faultOfRanges, faultOfRate, rangesOf } from './new-client-rules.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from './scope-words.js';

/** What is typed. */
export interface ChangeFields {
  readonly scopes: readonly string[];
  readonly addresses: string;
  readonly rate: string;
}

export type ChangeFaults = { readonly [Name in keyof ChangeFields]?: string };

export function fieldsOf({ scopes, allowedAddresses, requestsPerMinute }: Agreement): ChangeFields {
  return {
    scopes,
    addresses: allowedAddresses.join('\n'),
    rate: requestsPerMinute === null ? '' : String(requestsPerMinute),
  };
}

/** What would be agreed by what is typed; or what is wrong with which field. The service judges the rest. */
export function agreementIn(
  fields: ChangeFields,
): { readonly after: Agreement } | { readonly faults: ChangeFaults } {
  const allowedAddresses = [...new Set(rangesOf(fields.addresses))];
  const rate = fields.rate.trim();
  const faults = given({
    scopes: fields.scopes.length === 0 ? 'Choose what it may do; to end it, revoke it.' : undefined,
    addresses: faultOfRanges(allowedAddresses),
    rate: faultOfRate(rate),
  });
  if (Object.keys(faults).length > 0) return { faults };
  return {
    after: {
      scopes: [...CARD_APP_SCOPES, ...OPERATOR_SCOPES]
        .map(([scope]) => scope)
        .filter((scope) => fields.scopes.includes(scope)),
      allowedAddresses,
      requestsPerMinute: rate === '' ? null : Number(rate),
    },
  };
}

/** The members that differ, as they are sent; null where nothing does. */
export function changeOf(
  before: Agreement,
  after: Agreement,
): Omit<Schemas['ChangeClient'], 'reason'> | null {
  const differs = (member: 'scopes' | 'allowedAddresses') =>
    entriesOf(before[member], after[member]).some(({ state }) => state !== 'kept');
  const changed = given({
    scopes: differs('scopes') ? [...after.scopes] : undefined,
    allowedAddresses: differs('allowedAddresses') ? [...after.allowedAddresses] : undefined,
    requestsPerMinute:
      before.requestsPerMinute === after.requestsPerMinute ? undefined : after.requestsPerMinute,
  });
  return Object.keys(changed).length === 0 ? null : changed;
}
