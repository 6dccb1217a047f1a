import { given, oneIn, type Query } from '../../search.js';

export const SPANS = ['24', '72', '168'] as const;

/** How many hours of activity are shown; 24 unless the address says otherwise. */
export function overviewSearch(query: Query) {
  return given({ hours: oneIn(query, 'hours', SPANS) });
}
