import { cursorIn, given, oneIn, type Query } from '../../search.js';

/** View, and the place in the list of endpoints. */
export function webhooksSearch(query: Query) {
  return { ...given({ view: oneIn(query, 'view', ['new'] as const) }), ...cursorIn(query) };
}

export const STATUSES = ['pending', 'delivered', 'dead', 'expired', 'cancelled'] as const;

/** Of one endpoint: which of its deliveries. */
export function webhookSearch(query: Query) {
  return { ...given({ status: oneIn(query, 'status', STATUSES) }), ...cursorIn(query) };
}
