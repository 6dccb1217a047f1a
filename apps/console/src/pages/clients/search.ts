import { cursorIn, given, oneIn, type Query } from '../../search.js';

/** Whether the client is shown, or changed. */
export function clientSearch(query: Query) {
  return given({ view: oneIn(query, 'view', ['change'] as const) });
}

/** View, and the place in the list of clients. */
export function clientsSearch(query: Query) {
  return {
    ...given({ view: oneIn(query, 'view', ['persons', 'demands', 'new'] as const) }),
    ...cursorIn(query),
  };
}
