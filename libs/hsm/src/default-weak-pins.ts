import { BIRTH_YEARS, CHOSEN_PINS } from './chosen-pins.js';

/** ISO 9564-1: 4 to 12 digits. */
const LENGTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Ladders of four digits are listed one by one: those that nobody chooses would take the place of others. */
const FOUR_DIGIT_LADDERS = [
  ...['1234', '4321', '0123', '2345', '3456', '4567', '5678', '6789', '7890', '9876', '0987', '3210'],
];

/** Columns, diagonals and corners of a telephone keypad, in the direction a finger takes them. */
const KEYPAD_PATHS = [
  '147',
  '741',
  '258',
  '852',
  '369',
  '963',
  '2580',
  '0852',
  '159',
  '951',
  '357',
  '753',
  '1379',
  '9731',
];

const PAIRS = ['12', '10', '01', '13', '69'];

/** At most so many entries a PIN length: each is wrapped inside the HSM for each card that gets a PIN. */
export const WEAK_PINS_PER_LENGTH = 128;

/**
 * The weak list that ships, chosen by what people choose (docs/weak-pins.md): repeats, ladders, birth years, and the most
 * frequent others of 4, 5 and 6 digits; patterns of every length. An issuer may replace it.
 */
export const DEFAULT_WEAK_PINS: readonly string[] = LENGTHS.flatMap((length) => weakPinsOfLength(length));

function weakPinsOfLength(length: number): readonly string[] {
  const repeats = DIGITS.map((digit) => String(digit).repeat(length));
  const chosen = CHOSEN_PINS.get(length) ?? [];
  const pins =
    length === 4
      ? [...repeats, ...FOUR_DIGIT_LADDERS, ...BIRTH_YEARS, ...chosen]
      : [...repeats, ...ladders(length), ...chosen, ...cycles(length)];
  return [...new Set(pins)].slice(0, WEAK_PINS_PER_LENGTH);
}

/** Up and down from every digit, over the end of the digits too. */
function ladders(length: number): readonly string[] {
  return ([1, -1] as const).flatMap((step) => DIGITS.map((first) => ladder(first, step, length)));
}

function ladder(first: number, step: 1 | -1, length: number): string {
  return Array.from({ length }, (_, index) => (((first + step * index) % 10) + 10) % 10).join('');
}

function cycles(length: number): readonly string[] {
  return [...KEYPAD_PATHS, ...PAIRS].map((pattern) =>
    pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length),
  );
}
