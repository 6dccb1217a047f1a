import { textOf, type Attributes } from '../pin-pad/texts.js';

/** In English. An attribute `text-NAME` says it in another language. */
const TEXTS = {
  number: 'Card number',
  expiry: 'Valid to',
  holder: 'Name on card',
  copy: 'Copy number',
  hide: 'Hide',
  // Only read aloud.
  shown: 'Card details are shown',
  hidden: 'Card details are hidden',
  copied: 'Copied',
  failed: 'That did not work. Try again',
} as const;

export type CardTextName = keyof typeof TEXTS;

export const CARD_TEXT_NAMES: readonly CardTextName[] = Object.keys(TEXTS) as CardTextName[];

export function cardText(element: Attributes, name: CardTextName): string {
  return textOf(element, name, TEXTS[name]);
}
