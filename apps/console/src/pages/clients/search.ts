import { cursorIn, given, oneIn, type Query } from '../../search.js';

/** View, and the place in the list of clients. */
export function clientsSearch(query: Query) {
  return {
    ...given({ view: oneIn(query, 'view', ['persons', 'demands', 'new'] as const) }),
    ...cursorIn(query),
  };
}
