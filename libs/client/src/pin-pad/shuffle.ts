const DIGITS = 10;
const BYTE_VALUES = 256;

/** Fills an array with random bytes, as crypto.getRandomValues does. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => unknown;

/**
 * The digits 0 to 9 in an order that every permutation has the same chance of: Fisher and Yates, as D. Knuth has it (The Art of
 * Computer Programming, vol. 2, algorithm 3.4.2P).
 */
export function shuffledDigits(fillRandom: FillRandom = (bytes) => crypto.getRandomValues(bytes)): number[] {
  const digits = Array.from({ length: DIGITS }, (_, digit) => digit);
  for (let last = DIGITS - 1; last > 0; last -= 1) {
    const other = below(last + 1, fillRandom);
    [digits[last], digits[other]] = [digits[other] ?? 0, digits[last] ?? 0];
  }
  return digits;
}

/** A number below the limit, each as likely: a byte that would favour small ones is thrown away. */
export function below(limit: number, fillRandom: FillRandom): number {
  const byte = new Uint8Array(1);
  const fair = BYTE_VALUES - (BYTE_VALUES % limit);
  let value: number;
  do {
    fillRandom(byte);
    value = byte[0] ?? 0;
  } while (value >= fair);
  return value % limit;
}
