import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** 12 digits: by chance no random PIN is on a weak list, and none is found in a memory image. */
const PIN_DIGITS = 12;

/** The PINs of one demo. They are never shown; writePinsFile is the one exception. */
export interface DemoPins {
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly wrong: readonly string[];
}

export function randomPins(wrongPins: number): DemoPins {
  const pins = new Set<string>();
  while (pins.size < 3 + wrongPins)
    pins.add(Array.from({ length: PIN_DIGITS }, () => randomInt(10)).join(''));
  const [first = '', second = '', third = '', ...wrong] = pins;
  return { first, second, third, wrong };
}

/**
 * Writes the PINs for a test that searches for them in places where they must not be. For test evidence only: any other
 * use would break the project's promise. The file is new, 0600.
 */
export function writePinsFile(
  file: string,
  card: { readonly cardId: string; readonly pinAccount: string },
  pins: DemoPins,
): void {
  const { cardId, pinAccount } = card;
  const content = { cardId, pinAccount, pins: [pins.first, pins.second, pins.third, ...pins.wrong] };
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
}
