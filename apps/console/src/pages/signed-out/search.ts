import { given, oneIn, type Query } from '../../search.js';

/** Why a login ended here; none where the person has signed out. */
export const REASONS = ['refused', 'unavailable', 'no_rights'] as const;

export function signedOutSearch(query: Query) {
  return given({ reason: oneIn(query, 'reason', REASONS) });
}
