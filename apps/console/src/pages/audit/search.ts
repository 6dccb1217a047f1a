import { cursorIn, given, oneIn, textIn, type Query } from '../../search.js';
import { AUDIT_FILTERS, type FilterValues } from './filters.js';

/** View, filters, and the place in the list. */
export function auditSearch(query: Query) {
  const values = AUDIT_FILTERS.map(({ name, pattern }) => [name, textIn(query, name, pattern)]);
  return {
    ...given({ view: oneIn(query, 'view', ['keys'] as const) }),
    ...given(Object.fromEntries(values) as FilterValues),
    ...cursorIn(query),
  };
}
