import { cursorIn, given, oneIn, textIn, type Query } from '../../search.js';

export const PIN_STATUSES = ['unset', 'active', 'locked', 'closed'] as const;

/** Which cards are listed. */
export function cardsSearch(query: Query) {
  return {
    ...given({
      pin_status: oneIn(query, 'pin_status', PIN_STATUSES),
      card_ref: textIn(query, 'card_ref', /^[\x21-\x7e]{1,128}$/),
      last4: textIn(query, 'last4', /^\d{4}$/),
    }),
    ...cursorIn(query),
  };
}

/** Page of a card's history. */
export function cardHistorySearch(query: Query) {
  return cursorIn(query);
}
