import { cursorIn, given, oneIn, type Query } from '../../search.js';

export function webhooksSearch(query: Query) {
  return cursorIn(query);
}

const STATUSES = ['pending', 'delivered', 'dead', 'expired', 'cancelled'] as const;

/** Of one endpoint: which of its deliveries. */
export function webhookSearch(query: Query) {
  return { ...given({ status: oneIn(query, 'status', STATUSES) }), ...cursorIn(query) };
}
