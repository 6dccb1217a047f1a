/** ISO 9564-1: 4 to 12 digits. */
const LENGTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

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

const FIRST_YEAR = 2015;
const LAST_YEAR = 2029;

/** At most so many entries a PIN length: each is wrapped inside the HSM at every set and change. */
export const WEAK_PINS_PER_LENGTH = 64;

/**
 * The weak list that ships: repeats, runs (over the end of the digits too), keypad columns, pairs, recent years; at
 * most WEAK_PINS_PER_LENGTH for each PIN length. An issuer may replace it.
 */
export const DEFAULT_WEAK_PINS: readonly string[] = LENGTHS.flatMap((length) => weakPinsOfLength(length));

function weakPinsOfLength(length: number): readonly string[] {
  const repeats = DIGITS.map((digit) => String(digit).repeat(length));
  const ascending = DIGITS.map((first) => run(first, 1, length));
  const descending = DIGITS.map((first) => run(first, -1, length));
  const cycles = [...KEYPAD_PATHS, ...PAIRS].map((pattern) => cycle(pattern, length));
  const pins = [...repeats, ...ascending, ...descending, ...cycles, ...years(length)];
  return [...new Set(pins)].slice(0, WEAK_PINS_PER_LENGTH);
}

function run(first: number, step: 1 | -1, length: number): string {
  return Array.from({ length }, (_, index) => (((first + step * index) % 10) + 10) % 10).join('');
}

function cycle(pattern: string, length: number): string {
  return pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
}

/** Years as they are, and twice in a row for eight digits. */
function years(length: number): readonly string[] {
  if (length !== 4 && length !== 8) return [];
  const count = LAST_YEAR - FIRST_YEAR + 1;
  return Array.from({ length: count }, (_, index) => cycle(String(FIRST_YEAR + index), length));
}
