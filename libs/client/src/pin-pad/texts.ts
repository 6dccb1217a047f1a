/** Every text of the pad in English. An attribute `text-NAME` says it in another language; {n} is a number. */
export const TEXTS = {
  // Titles of the steps; a slot of the same name takes their place.
  enter: 'Enter your PIN',
  current: 'Enter your current PIN',
  new: 'Choose a new PIN',
  repeat: 'Enter the new PIN again',
  // Buttons; next and confirm are slots as well.
  next: 'Next',
  confirm: 'Confirm',
  delete: 'Delete last digit',
  // Only read aloud.
  count: 'Digits entered: {n}',
  // Messages.
  short: 'A PIN has at least {n} digits',
  mismatch: 'The PINs are not the same. Choose one again',
  forgotten: 'Cleared, because nothing was entered for a while',
  busy: 'One moment',
  done: 'Done',
  wrong: 'Wrong PIN. Tries left: {n}',
  last: 'Wrong PIN. One try left: after another wrong PIN the PIN is locked',
  locked: 'The PIN is locked',
  weak: 'This PIN is easy to guess. Choose another',
  reused: 'You had this PIN before. Choose another',
  failed: 'That did not work. Try again',
} as const;

export type TextName = keyof typeof TEXTS;

export const TEXT_NAMES: readonly TextName[] = Object.keys(TEXTS) as TextName[];

/** What the pad's attributes say, or English. A page that says only `wrong` in its language says it of the last try too. */
export function padText(pad: Attributes, name: TextName): string {
  return textOf(pad, name, name === 'last' ? textOf(pad, 'wrong', TEXTS.last) : TEXTS[name]);
}

export interface Attributes {
  getAttribute(name: string): string | null;
}

export function textOf(element: Attributes, name: string, otherwise: string): string {
  return element.getAttribute(`text-${name}`) ?? otherwise;
}
