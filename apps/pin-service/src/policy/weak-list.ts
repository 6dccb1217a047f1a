import { readFileSync } from 'node:fs';
import { WEAK_PINS_PER_LENGTH } from '#libs/hsm';
import { isPin, PIN_MAX_LENGTH, PIN_MIN_LENGTH } from '#libs/client/pin-block';

/**
 * PIN_WEAK_LIST_FILE: one PIN of 4 to 12 digits a line; empty lines and lines that begin with # are ignored.
 *
 * @throws Error in words that follow the setting's name and quote no entry
 */
export function readWeakList(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const entries = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = entries.findIndex((entry) => !isPin(entry));
  if (wrong >= 0) throw new Error(`entry ${wrong + 1} is not a PIN of 4 to 12 digits`);
  const pins = [...new Set(entries)];
  // Each entry costs several HSM operations for every card that gets a PIN.
  for (let length = PIN_MIN_LENGTH; length <= PIN_MAX_LENGTH; length += 1) {
    const count = pins.filter((pin) => pin.length === length).length;
    if (count > WEAK_PINS_PER_LENGTH)
      throw new Error(`${count} PINs of ${length} digits, at most ${WEAK_PINS_PER_LENGTH} entries a length`);
  }
  return pins;
}
