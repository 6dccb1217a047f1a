import { BIRTH_YEARS, CHOSEN_PINS } from './chosen-pins.js';

/** ISO 9564-1: 4 to 12 digits. */
const LENGTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Ladders of four digits are listed one by one: rarely chosen ones would take the place of better entries. */
const FOUR_DIGIT_LADDERS = [
  ...['1234', '4321', '0123', '2345', '3456', '4567', '5678', '6789', '7890', '9876', '0987', '3210'],
];

/** Columns, diagonals and corners of a telephone keypad, in the direction of a finger. */
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

/** The most entries for a PIN length: the HSM wraps each of them for each card that gets a PIN. */
export const WEAK_PINS_PER_LENGTH = 128;

/**
 * The weak list that ships, made from what people choose (docs/weak-pins.md): repeats, ladders, birth years, the most
 * frequent others of 4, 5 and 6 digits, and patterns of every length. An issuer may replace it.
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

/** Up and down from every digit, also past 9 and 0. */
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
