import { cursorIn, given, oneIn, type Query } from '../../search.js';

export const STATUSES = ['pending', 'approved', 'rejected', 'lapsed'] as const;

export function approvalsSearch(query: Query) {
  return { ...given({ status: oneIn(query, 'status', STATUSES) }), ...cursorIn(query) };
}
