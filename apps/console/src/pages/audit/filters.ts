import type { paths } from '../../api/schema.js';
import { given, momentOf, UUID } from '../../search.js';

type AuditQuery = NonNullable<paths['/v1/admin/audit']['get']['parameters']['query']>;
type Narrowing = Omit<AuditQuery, 'cursor' | 'limit'>;

interface AuditFilter {
  /** In the address of the page. */
  readonly name: string;
  /** In the query of `GET /v1/admin/audit`, and of its export. */
  readonly member: keyof Narrowing;
  readonly label: string;
  readonly pattern: RegExp;
  /** What is wrong with what does not fit. */
  readonly fault: string;
}

/** Moments in the address are in UTC, whatever the zone of who has typed them. */
const MOMENT = /^2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/;
const NO_MOMENT = 'Give a date and a time.';

/** What lines can be filtered by: filter bar, address and query are made of this table. */
export const AUDIT_FILTERS = [
  { name: 'from', member: 'from', label: 'From', pattern: MOMENT, fault: NO_MOMENT },
  { name: 'to', member: 'to', label: 'To', pattern: MOMENT, fault: NO_MOMENT },
  {
    name: 'action',
    member: 'action',
    label: 'Action',
    pattern: /^[a-z0-9.-]{1,64}$/i,
    fault: 'An action is a word like pin.validate.',
  },
  {
    name: 'client_id',
    member: 'clientId',
    label: 'Client',
    pattern: /^.{1,128}$/u,
    fault: 'A client id has at most 128 characters.',
  },
  {
    name: 'subject',
    member: 'subject',
    label: 'Operator',
    pattern: /^.{1,256}$/u,
    fault: 'A name has at most 256 characters.',
  },
  {
    name: 'card_id',
    member: 'cardId',
    label: 'Card id',
    pattern: UUID,
    fault: 'A card id has 36 characters: 8, 4, 4, 4 and 12 hexadecimal digits.',
  },
  {
    name: 'request_id',
    member: 'requestId',
    label: 'Request id',
    pattern: /^[\x21-\x7e]{1,128}$/,
    fault: 'A request id has at most 128 visible characters.',
  },
] as const satisfies readonly AuditFilter[];

type FilterName = (typeof AUDIT_FILTERS)[number]['name'];
export type FilterValues = { readonly [Name in FilterName]?: string };

/** The members of the query that these values mean. */
export function queryOf(values: FilterValues): Narrowing {
  return Object.fromEntries(
    AUDIT_FILTERS.flatMap(({ name, member }) => (values[name] === undefined ? [] : [[member, values[name]]])),
  );
}

/** Where all that fits is downloaded. */
export function exportAddress(values: FilterValues, format: 'csv' | 'jsonl'): string {
  return `/v1/admin/audit/export?${new URLSearchParams({ format, ...queryOf(values) })}`;
}

/** Which of the values that were typed do not fit, and why. */
export function faultsOf(typed: FilterValues): FilterValues {
  const misfits = Object.fromEntries(
    AUDIT_FILTERS.flatMap(({ name, pattern, fault }) => {
      const value = typed[name] ?? '';
      return value === '' || pattern.test(value) ? [] : [[name, fault]];
    }),
  ) as FilterValues;
  const isBackwards = Date.parse(typed.to ?? '') < Date.parse(typed.from ?? '');
  return { ...given({ to: isBackwards ? 'This must not be before its begin.' : undefined }), ...misfits };
}

const MINUTE_MS = 60_000;

/** Ranges that end now, by their length. */
export const QUICK_RANGES = [
  ['15 minutes', 15 * MINUTE_MS],
  ['Hour', 60 * MINUTE_MS],
  ['Day', 24 * 60 * MINUTE_MS],
  ['7 days', 7 * 24 * 60 * MINUTE_MS],
] as const;

/** What `<input type="datetime-local">` says, in UTC; as it is where it says nothing that is a time. */
export function typedMoment(local: string): string {
  const time = Date.parse(local);
  return Number.isNaN(time) ? local : momentOf(time);
}

/** A moment of an address in the viewer's zone, for `<input type="datetime-local">`. */
export function localMoment(moment: string | undefined): string {
  const time = new Date(moment ?? '');
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 19);
}
