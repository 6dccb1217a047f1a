import { cursorIn, given, textIn, UUID, type Query } from '../../search.js';

export function auditSearch(query: Query) {
  return { ...given({ card_id: textIn(query, 'card_id', UUID) }), ...cursorIn(query) };
}
