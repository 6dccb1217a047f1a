import { cursorIn, given, oneIn, type Query } from '../../search.js';

const STATES = ['searching', 'previewed', 'running', 'done', 'cancelled', 'lapsed'] as const;
const OUTCOMES = ['planned', 'restored', 'kept-out'] as const;

export function incidentsSearch(query: Query) {
  return { ...given({ state: oneIn(query, 'state', STATES) }), ...cursorIn(query) };
}

/** Of one incident: which of its cards. */
export function incidentSearch(query: Query) {
  return { ...given({ outcome: oneIn(query, 'outcome', OUTCOMES) }), ...cursorIn(query) };
}
