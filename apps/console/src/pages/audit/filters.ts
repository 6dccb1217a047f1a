import type { paths } from '../../api/schema.js';
import { UUID } from '../../search.js';

type AuditQuery = NonNullable<paths['/v1/admin/audit']['get']['parameters']['query']>;

interface AuditFilter {
  /** In the address of the page. */
  readonly name: string;
  /** In the query of `GET /v1/admin/audit`. */
  readonly member: Exclude<keyof AuditQuery, 'cursor' | 'limit'>;
  readonly label: string;
  readonly pattern: RegExp;
  /** What is wrong with what does not fit. */
  readonly fault: string;
}

/** What lines can be filtered by: filter bar, address and query are made of this table. */
export const AUDIT_FILTERS = [
  {
    name: 'card_id',
    member: 'cardId',
    label: 'Card id',
    pattern: UUID,
    fault: 'A card id has 36 characters: 8, 4, 4, 4 and 12 hexadecimal digits.',
  },
] as const satisfies readonly AuditFilter[];

type FilterName = (typeof AUDIT_FILTERS)[number]['name'];
export type FilterValues = { readonly [Name in FilterName]?: string };

/** The members of the query that these values mean. */
export function queryOf(values: FilterValues): Pick<AuditQuery, (typeof AUDIT_FILTERS)[number]['member']> {
  return Object.fromEntries(
    AUDIT_FILTERS.flatMap(({ name, member }) => (values[name] === undefined ? [] : [[member, values[name]]])),
  );
}

/** Which of the values that were typed do not fit, and why. */
export function faultsOf(typed: FilterValues): FilterValues {
  return Object.fromEntries(
    AUDIT_FILTERS.flatMap(({ name, pattern, fault }) => {
      const value = typed[name] ?? '';
      return value === '' || pattern.test(value) ? [] : [[name, fault]];
    }),
  );
}
