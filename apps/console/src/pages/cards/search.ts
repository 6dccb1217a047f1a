import { cursorIn, given, oneIn, textIn, type Query } from '../../search.js';

export const PIN_STATUSES = ['unset', 'active', 'locked', 'closed'] as const;
export type PinStatus = (typeof PIN_STATUSES)[number];

/** `any` is in the address where a person has asked for it; the console has it, the contract has not. */
const CHOICES = [...PIN_STATUSES, 'any'] as const;

const REFERENCE = /^[\x21-\x7e]{1,128}$/;
const LAST_FOUR = /^\d{4}$/;

export type CardsSearch = ReturnType<typeof cardsSearch>;

/** Which cards are listed. */
export function cardsSearch(query: Query) {
  const cardRef = textIn(query, 'card_ref', REFERENCE);
  return {
    ...given({
      pin_status: oneIn(query, 'pin_status', CHOICES),
      card_ref: cardRef !== undefined && couldBeCardNumber(cardRef) ? undefined : cardRef,
      last4: textIn(query, 'last4', LAST_FOUR),
    }),
    ...cursorIn(query),
  };
}

/** Who looks for a card wants it in whatever state; who looks for nothing, those that wait for somebody. */
export function chosenStatus({
  pin_status: chosen,
  card_ref: cardRef,
  last4,
}: CardsSearch): PinStatus | 'any' {
  if (chosen !== undefined) return chosen;
  return cardRef === undefined && last4 === undefined ? 'locked' : 'any';
}

/** As the service takes it. */
export function cardsQuery(search: CardsSearch) {
  const status = chosenStatus(search);
  return given({
    pinStatus: status === 'any' ? undefined : status,
    cardRef: search.card_ref,
    last4: search.last4,
    cursor: search.cursor,
  });
}

/** Page of a card's history. */
export function cardHistorySearch(query: Query) {
  return cursorIn(query);
}

const SEARCH_BY = ['reference', 'last4', 'id'] as const;
export type SearchBy = (typeof SEARCH_BY)[number];

/** What is wrong with what was typed into the search, in words, or null. A card number is never sent anywhere. */
export function faultOfSearch(by: SearchBy, value: string): string | null {
  if (couldBeCardNumber(value)) return 'This could be a card number. Search by its last four digits.';
  switch (by) {
    case 'reference':
      return value === '' || REFERENCE.test(value)
        ? null
        : 'A reference is up to 128 visible ASCII characters, without spaces.';
    case 'last4':
      return value === '' || LAST_FOUR.test(value) ? null : 'Four digits.';
    case 'id':
      return /^[0-9a-f-]{36}$/i.test(value) ? null : 'The id of a card is a UUID.';
  }
}

/** 12 to 19 digits, however they are grouped, with a right check digit (ISO/IEC 7812-1, annex B). */
export function couldBeCardNumber(value: string): boolean {
  const digits = value.replaceAll(/[\s.-]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
