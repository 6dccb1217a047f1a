import { cursorIn, type Query } from '../../search.js';

export function clientsSearch(query: Query) {
  return cursorIn(query);
}
